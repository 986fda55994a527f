using CsCheck;
using Parley.Rtc.Sdp;

namespace Parley.Rtc.Tests.Sdp;

/// <summary>RFC 7587 §6.1 and the examples of §7.</summary>
public sealed class OpusParametersTests
{
    [Fact]
    public void Absent_parameters_have_the_defaults_of_the_RFC()
    {
        var opus = OpusParameters.Parse("");
        Assert.Equal(OpusParameters.Default, opus);
        Assert.Equal((48_000, 48_000, null, 120), (opus.MaxPlaybackRate, opus.SpropMaxCaptureRate, opus.MaxAverageBitrate, opus.MaxPacketTime));
        Assert.False(opus.Stereo || opus.SpropStereo || opus.Cbr || opus.UseInbandFec || opus.UseDtx);
        Assert.Null(opus.PacketTime);
    }

    [Fact]
    public void The_second_example_of_section_7_is_understood()
    {
        var opus = OpusParameters.Parse("maxplaybackrate=16000; sprop-maxcapturerate=16000; maxaveragebitrate=20000; stereo=1; useinbandfec=1; usedtx=0")
            .WithPacketTimes("40", "40");
        Assert.Equal(
            new OpusParameters
            {
                MaxPlaybackRate = 16_000, SpropMaxCaptureRate = 16_000, MaxAverageBitrate = 20_000, Stereo = true, UseInbandFec = true,
                PacketTime = 40, MaxPacketTime = 40,
            },
            opus);
    }

    [Fact]
    public void The_third_example_of_section_7_is_understood() =>
        Assert.Equal(new OpusParameters { Stereo = true, SpropStereo = true }, OpusParameters.Parse("stereo=1; sprop-stereo=1"));

    [Fact]
    public void Browsers_forms_are_understood()
    {
        Assert.Equal(new OpusParameters { MinPacketTime = 10, UseInbandFec = true }, OpusParameters.Parse("minptime=10;useinbandfec=1"));
        Assert.Equal(new OpusParameters { Stereo = true, UseInbandFec = true }, OpusParameters.Parse("maxplaybackrate=48000;stereo=1;useinbandfec=1"));
        Assert.Equal(new OpusParameters { Cbr = true, UseDtx = true }, OpusParameters.Parse(" CBR=1 ;; UseDtx = 1; x-google-min-bitrate=5"));
    }

    [Theory]
    [InlineData("maxaveragebitrate=4000", 6_000)]
    [InlineData("maxaveragebitrate=900000", 510_000)]
    [InlineData("maxaveragebitrate=0", null)]
    [InlineData("maxaveragebitrate=-5", null)]
    [InlineData("maxaveragebitrate=99999999999", null)]
    [InlineData("maxaveragebitrate=fast", null)]
    public void A_bit_rate_out_of_range_is_brought_into_it_and_nonsense_is_ignored(string parameters, int? rate) =>
        Assert.Equal(rate, OpusParameters.Parse(parameters).MaxAverageBitrate);

    [Fact]
    public void Every_parameter_that_is_written_reads_back() =>
        Gen.Select(Gen.Int[8_000, 48_000], Gen.Int[8_000, 48_000], Gen.Int[6_000, 510_000], Gen.Int[0, 31], Gen.Int[3, 120]).Sample((play, capture, rate, flags, time) =>
        {
            var opus = new OpusParameters
            {
                MaxPlaybackRate = play, SpropMaxCaptureRate = capture, MaxAverageBitrate = rate, MinPacketTime = time, Stereo = (flags & 1) != 0,
                SpropStereo = (flags & 2) != 0, Cbr = (flags & 4) != 0, UseInbandFec = (flags & 8) != 0, UseDtx = (flags & 16) != 0,
            };
            return OpusParameters.Parse(opus.Format()) == opus;
        });

    [Fact]
    public void Random_text_never_throws() =>
        Gen.String[Gen.Char["stereocbumaxp-=; 019é"], 0, 80].Sample(text => OpusParameters.Parse(text) is not null);
}
