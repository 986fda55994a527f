namespace Parley.Audio.Tests.G711;

/// <summary>
/// Both codecs against tables made as ITU-T G.711 writes them down: so many intervals of such a size, then so many of twice the size.
/// The tables know nothing of the bit operations in the code.
/// </summary>
public sealed class G711Tests
{
    /// <summary>G.711 table 1a, columns 1 and 2, in steps of a 13-bit sample: 4096 is the virtual decision value.</summary>
    private static readonly (int Count, int Size)[] ALawIntervals = [(32, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128)];

    /// <summary>G.711 table 2a, columns 1 and 2, in steps of a 14-bit sample: 8159 is the virtual decision value.</summary>
    private static readonly (int Count, int Size)[] MuLawIntervals = [(1, 1), (15, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128), (16, 256)];

    [Fact]
    public void Every_sample_becomes_the_A_law_code_in_whose_interval_it_lies()
    {
        var table = new Table(ALawIntervals, unit: 8, static (number, isPositive) => (byte)((number | (isPositive ? 0x80 : 0)) ^ 0x55), firstHasNoMiddle: false);
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
            Assert.Equal(table.CodeOf(sample), ALaw.Encode((short)sample));
    }

    [Fact]
    public void Every_sample_becomes_the_mu_law_code_in_whose_interval_it_lies()
    {
        var table = new Table(MuLawIntervals, unit: 4, static (number, isPositive) => (byte)~(number | (isPositive ? 0 : 0x80)), firstHasNoMiddle: true);
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
            Assert.Equal(table.CodeOf(sample), MuLaw.Encode((short)sample));
    }

    [Fact]
    public void Every_A_law_code_becomes_the_middle_of_its_interval()
    {
        var table = new Table(ALawIntervals, unit: 8, static (number, isPositive) => (byte)((number | (isPositive ? 0x80 : 0)) ^ 0x55), firstHasNoMiddle: false);
        for (var code = 0; code < 256; code++) Assert.Equal(table.SampleOf((byte)code), ALaw.Decode((byte)code));
    }

    [Fact]
    public void Every_mu_law_code_becomes_the_middle_of_its_interval()
    {
        var table = new Table(MuLawIntervals, unit: 4, static (number, isPositive) => (byte)~(number | (isPositive ? 0 : 0x80)), firstHasNoMiddle: true);
        for (var code = 0; code < 256; code++) Assert.Equal(table.SampleOf((byte)code), MuLaw.Decode((byte)code));
    }

    /// <summary>The codes that other implementations are known by: silence, and the two ends of the range. (G.711 tables 1a, 1b, 2a, 2b)</summary>
    [Fact]
    public void Silence_and_the_loudest_samples_have_the_codes_of_the_recommendation()
    {
        Assert.Equal(0xD5, ALaw.Encode(0));
        Assert.Equal(0xFF, MuLaw.Encode(0));
        Assert.Equal((0xAA, 0x2A), (ALaw.Encode(short.MaxValue), ALaw.Encode(short.MinValue)));
        Assert.Equal((0x80, 0x00), (MuLaw.Encode(short.MaxValue), MuLaw.Encode(short.MinValue)));
        Assert.Equal((4032 * 8, -4032 * 8), (ALaw.Decode(0xAA), ALaw.Decode(0x2A)));
        Assert.Equal((8031 * 4, -8031 * 4), (MuLaw.Decode(0x80), MuLaw.Decode(0x00)));
    }

    [Fact]
    public void Decoding_and_encoding_again_gives_the_same_code_but_for_the_second_zero_of_mu_law()
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        var samples = new short[codes.Length];
        var again = new byte[codes.Length];
        ALaw.Decode(codes, samples);
        ALaw.Encode(samples, again);
        Assert.Equal(codes, again);
        MuLaw.Decode(codes, samples);
        MuLaw.Encode(samples, again);
        codes[0x7F] = 0xFF;
        Assert.Equal(codes, again);
    }

    [Fact]
    public void A_destination_that_is_too_short_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => ALaw.Decode(new byte[2], new short[1]));
        Assert.Throws<ArgumentException>(() => ALaw.Encode(new short[2], new byte[1]));
        Assert.Throws<ArgumentException>(() => MuLaw.Decode(new byte[2], new short[1]));
        Assert.Throws<ArgumentException>(() => MuLaw.Encode(new short[2], new byte[1]));
    }

    private sealed class Table
    {
        private readonly List<int> _decisions = [0];
        private readonly List<int> _values = [];
        private readonly int _unit;
        private readonly Func<int, bool, byte> _code;

        /// <param name="firstHasNoMiddle">The first interval of µ-law begins at zero from both sides, and its value is zero. (table 2a)</param>
        public Table((int Count, int Size)[] intervals, int unit, Func<int, bool, byte> code, bool firstHasNoMiddle)
        {
            (_unit, _code) = (unit, code);
            foreach (var (count, size) in intervals)
            {
                for (var i = 0; i < count; i++)
                {
                    _values.Add(firstHasNoMiddle && _values.Count == 0 ? 0 : _decisions[^1] + (size / 2));
                    _decisions.Add(_decisions[^1] + size);
                }
            }
        }

        public byte CodeOf(int sample)
        {
            var number = 0;
            while (number < _values.Count - 1 && Math.Abs(sample) >= _decisions[number + 1] * _unit) number++;
            return _code(number, sample >= 0);
        }

        public int SampleOf(byte code)
        {
            for (var number = 0; number < _values.Count; number++)
            {
                if (_code(number, true) == code) return _values[number] * _unit;
                if (_code(number, false) == code) return -_values[number] * _unit;
            }
            throw new InvalidOperationException("There are 128 intervals on each side.");
        }
    }
}
