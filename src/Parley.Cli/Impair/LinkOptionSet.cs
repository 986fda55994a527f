using System.CommandLine;
using System.Globalization;
using Parley.Net.Impairment;

namespace Parley.Cli.Impair;

/// <summary>The options that describe a bad link. Times are in milliseconds, shares in percent.</summary>
internal sealed class LinkOptionSet
{
    private readonly Option<double> _delay = Number("--delay", "Delay one way, in ms.");
    private readonly Option<double> _jitter = Number("--jitter", "More delay, evenly drawn from 0 to this, in ms.");
    private readonly Option<double> _loss = Share("--loss", "Packets lost one by one, in percent.");
    private readonly Option<double> _burstStart = Share("--burst-start", "Packets at which a burst of losses begins, in percent.");
    private readonly Option<double> _burstLength = Number("--burst-length", "Mean length of a burst of losses, in packets.", 1);
    private readonly Option<double> _reorder = Share("--reorder", "Packets that jitter may let overtake others, in percent.");
    private readonly Option<double> _duplicate = Share("--duplicate", "Packets that come twice, in percent.");
    private readonly Option<double> _rate = Number("--rate", "What the link carries, in kbit/s; 0: anything.");
    private readonly Option<double> _queue = Number("--queue", "How long packets may wait for a link of limited rate, in ms.", 200);
    private readonly Option<bool> _cut = new("--cut") { Description = "Nothing passes." };
    private readonly Option<LinkDirection> _direction = new("--direction")
    {
        Description = "both, forward (from the first interface to the second) or backward.", DefaultValueFactory = _ => LinkDirection.Both,
    };

    public IEnumerable<Option> All => [_delay, _jitter, _loss, _burstStart, _burstLength, _reorder, _duplicate, _rate, _queue, _cut, _direction];

    public LinkDirection ReadDirection(ParseResult parsed) => parsed.GetValue(_direction);

    public LinkConditions Read(ParseResult parsed) => new()
    {
        Delay = TimeSpan.FromMilliseconds(parsed.GetValue(_delay)),
        Jitter = TimeSpan.FromMilliseconds(parsed.GetValue(_jitter)),
        Loss = parsed.GetValue(_loss) / 100,
        BurstStart = parsed.GetValue(_burstStart) / 100,
        BurstLength = parsed.GetValue(_burstLength),
        Reordering = parsed.GetValue(_reorder) / 100,
        Duplication = parsed.GetValue(_duplicate) / 100,
        BitsPerSecond = parsed.GetValue(_rate) * 1000,
        QueueLimit = TimeSpan.FromMilliseconds(parsed.GetValue(_queue)),
        IsCut = parsed.GetValue(_cut),
    };

    private static Option<double> Number(string name, string description, double byDefault = 0) => Between(name, description, byDefault, 1e6, "a number from 0 to 1000000");

    private static Option<double> Share(string name, string description) => Between(name, description, 0, 100, "a share from 0 to 100");

    private static Option<double> Between(string name, string description, double byDefault, double maximum, string wanted) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = argument =>
        {
            if (double.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= maximum) return number;
            argument.AddError($"{name} is {wanted}, not '{argument.Tokens[0].Value}'.");
            return byDefault;
        },
    };
}

internal enum LinkDirection { Both, Forward, Backward }
