namespace Parley.Speech.Embedded.Agent;

/// <summary>What the agent can tell. Each list is told in rotation.</summary>
internal static class Repertoire
{
    public static IReadOnlyList<string> Jokes { get; } =
    [
        "Why did the data packet cross the road? It did not. It was dropped at the first corner.",
        "I would tell you a joke about silence, but it only works if nobody says anything.",
        "My neighbour's parrot learned to imitate a doorbell. Now the dog answers the parrot, and nobody answers the door.",
        "What does a clock do when it is hungry? It goes back four seconds.",
        "A computer walks into a library and asks for a quiet byte to eat.",
        "Why do echoes never win an argument? Because they always let you have the first word.",
    ];

    public static IReadOnlyList<string> Facts { get; } =
    [
        "Sound travels more than four times faster in water than in air.",
        "A day on Venus is longer than its year.",
        "Octopuses have three hearts, and two of them rest while the animal swims.",
        "Honey hardly ever spoils. Jars of it have been found in very old tombs.",
        "In a conversation, people usually begin to answer about a fifth of a second after the other has finished.",
        "Bananas are berries to a botanist, and strawberries are not.",
    ];

    public static IReadOnlyList<(string Question, string Answer)> Riddles { get; } =
    [
        ("I speak only after you do, and I never say anything new. What am I?", "An echo."),
        ("The more you take away from me, the bigger I get. What am I?", "A hole."),
        ("I have a neck and no head, and I wear a cap. What am I?", "A bottle."),
        ("You can hold me without your hands, and still not for long. What am I?", "Your breath."),
    ];

    public static IReadOnlyList<string> Poems { get; } =
    [
        "The rain came in on silver feet, and danced along the empty street. It knocked on every window pane, then took its hat, and left again.",
        "A little light stood on the hill, and while the world lay dark and still, it said to every ship at sea: I am not much, but look for me.",
    ];

    public static IReadOnlyList<string> Songs { get; } =
    [
        "I cannot hold a tune, so I will speak it. Row by row the garden grows, drop by drop the river flows, la la la, and no one knows, where the evening swallow goes.",
        "Imagine a melody, please. The kettle sings, the clock ticks slow, la la la, there is nowhere to go. The bread is warm, the night is long, la la la, this was the song.",
    ];

    /// <summary>About a minute each, long enough to be interrupted.</summary>
    public static IReadOnlyList<string> Stories { get; } =
    [
        """
        Once there was a lighthouse keeper named Mara, who lived on a rock at the edge of the sea. Every evening she climbed ninety-nine steps,
        lit the lamp, and said good night to the ships. The ships never answered, but she did not mind. One winter night the fog was so thick
        that the light could not reach the water. Mara heard a horn, far out, and it sounded lost. So she carried her grandfather's old accordion
        up the stairs, opened the window, and began to play. She played every song she knew, and when she ran out of songs she made up new ones.
        At dawn the fog lifted. Below the rock, quite safe, lay a small red boat with a family on board, and the youngest child was still humming
        the last tune. From then on, on foggy nights, the ships would slow down as they passed. Not because they were lost, but because they
        hoped to hear the music.
        """,
        """
        In a small town there was a clock that was always five minutes late. Nobody knew why. The baker opened five minutes late, the school bell
        rang five minutes late, and even the train had learned to wait. One day a famous clockmaker came from the city. He took the clock apart,
        polished each wheel, and set it right to the second. The whole town came to cheer. But the next morning everything went wrong. The bread
        was still pale, the children were still at breakfast, and the train left without the doctor, who had always needed exactly those five
        minutes to say goodbye to her cat. So in the evening the mayor climbed the tower with a screwdriver and a guilty face. He met the baker
        there, and the teacher, and the doctor with her cat. They looked at each other and laughed. Then, all together, they turned the hands
        back by five minutes, and nobody in that town was ever late again.
        """,
        """
        A young fox wanted to know where the wind lived. She asked the owl, who said that the wind lived behind the mountain. So the fox walked
        for three days, and behind the mountain she found a lake. She asked the lake, and it whispered that the wind only came there to comb its
        hair. She asked an old pine tree, who creaked and thought for a long time, and said that the wind had once slept in its branches, but had
        left early and taken all the leaves. The fox was tired now. She lay down in the grass and closed her eyes. Then she felt something warm
        on her nose. It was soft, and it smelled of home, of blackberries and wet earth. Is it you, asked the fox? I have been walking behind you
        all the time, said the wind. I wanted to know where you lived. So they went back together, and the fox was faster than ever before.
        """,
    ];

    static Repertoire()
    {
        Stories = [.. Stories.Select(story => story.ReplaceLineEndings(" "))];
    }
}
