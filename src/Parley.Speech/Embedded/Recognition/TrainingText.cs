namespace Parley.Speech.Embedded;

/// <summary>
/// Sentences that flite speaks so that every sound is heard in many surroundings: the phrases alone say too little about
/// rare sounds, and nothing about speech that is no phrase.
/// </summary>
internal static class TrainingText
{
    public static IReadOnlyList<string> Sentences { get; } =
    [
        "The good cook took a look at the wooden hook.",
        "She should put the sugar in the pudding, if she could.",
        "Both of the boys enjoy a noisy toy.",
        "Six thin thieves thought of a thousand things.",
        "The measure of pleasure is a usual vision.",
        "Young Vera gave every visitor a very heavy vase.",
        "Zoe was using these old shoes and those new jeans.",
        "Judge George and Charles chose a huge orange chair.",
        "Few huge cubes are used by you.",
        "Out of the house the loud mouse found a brown cow.",
        "Bring a long string and sing along in spring.",
        "Her first bird heard the word early on Thursday.",
        "Father saw a calm dog walking on the lawn.",
        "Happy Andy had a black cat and a bag of apples.",
        "My right eye might find a kind light tonight.",
        "Wait a day, they may say it is a great name.",
        "Go home alone, the old phone is on the low stone.",
        "Bob got a pot of hot pop.",
        "Up above us, some of the ducks must run.",
        "Peter keeps three green leaves near the deep sea.",
        "Would you push the bush if you could, good brother?",
        "The cure for a poor tourist is pure air.",
        "There are four more doors on the north shore.",
        "Clear your ear and hear the cheer near here.",
        "Where is the rare pair of chairs they share?",
        "Our tower has no power for an hour.",
        "A quick question was quietly asked in the square.",
        "Help yourself to the yellow melon on the shelf.",
        "Stop the top from spinning on the spot.",
        "Yes, yesterday the best guests left the west.",
        "No, nobody knows those notes on the phone.",
        "Hello, my fellow, the yellow umbrella is hollow.",
        "The nurse in the church learned to turn thirty shirts.",
        "Whose fool chose the blue moon in June?",
        "They breathe with their mothers and fathers in the northern weather.",
        "Which witch watched the kitchen matches each March?",
        "Vision and division cause confusion on a usual occasion.",
        "Jack just judged a jumping giant at the edge of the bridge.",
        "We hung the king's rings among long things.",
        "Little kettle bottles rattle on the middle table.",
    ];
}
