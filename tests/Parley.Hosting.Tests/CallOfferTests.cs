using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Endpoints;

namespace Parley.Hosting.Tests;

public sealed class CallOfferTests
{
    [Fact]
    public async Task A_raw_body_is_the_offer()
    {
        var (offer, refusal) = await ReadAsync("application/sdp; charset=utf-8", "v=0\r\n");
        Assert.Null(refusal);
        Assert.Equal(new CallOffer("v=0\r\n", null), offer);
    }

    [Fact]
    public async Task A_form_has_the_offer_and_a_session_with_or_without_content_types()
    {
        const string body =
            "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\n\r\nv=0\r\n\r\n" +
            "--b\r\nContent-Disposition: form-data; name=\"session\"; filename=\"blob\"\r\nContent-Type: application/json\r\n\r\n{\"type\":\"realtime\"}\r\n--b--\r\n";
        var (offer, refusal) = await ReadAsync("multipart/form-data; boundary=b", body);
        Assert.Null(refusal);
        Assert.Equal(new CallOffer("v=0\r\n", new SessionLayer("""{"type":"realtime"}""")), offer);
    }

    [Theory]
    [InlineData(null, 415, "unsupported_content_type")]
    [InlineData("text/plain", 415, "unsupported_content_type")]
    [InlineData("application/json", 415, "unsupported_content_type")]
    [InlineData("multipart/form-data", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=other", 400, "invalid_multipart")]
    public async Task Another_content_type_is_refused_by_name(string? contentType, int status, string code)
    {
        var (_, refusal) = await ReadAsync(contentType, "--b\r\n");
        Assert.Equal((status, code), (refusal?.Status, refusal?.Error.Code));
    }

    [Fact]
    public async Task A_form_without_an_offer_is_refused()
    {
        var (_, refusal) = await ReadAsync(
            "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"session\"\r\n\r\n{}\r\n--b--\r\n");
        Assert.Equal("missing_sdp", refusal?.Error.Code);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read_to_its_end()
    {
        var (_, refusal) = await ReadAsync("application/sdp", new string('a', CallOffer.MaxSdpBytes + 1));
        Assert.Equal(StatusCodes.Status413PayloadTooLarge, refusal?.Status);
    }

    [Fact]
    public async Task Whatever_the_form_holds_reading_it_ends_with_an_offer_or_a_refusal() =>
        await Gen.Byte.Array[0, 300].SampleAsync(async bytes =>
        {
            var context = new DefaultHttpContext { Request = { ContentType = "multipart/form-data; boundary=b" } };
            context.Request.Body = new MemoryStream([.. "--b\r\n"u8, .. bytes]);
            await CallOffer.ReadAsync(context.Request, CancellationToken.None);
        });

    private static async Task<(CallOffer, ApiError?)> ReadAsync(string? contentType, string body)
    {
        var context = new DefaultHttpContext { Request = { ContentType = contentType, Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } };
        return await CallOffer.ReadAsync(context.Request, CancellationToken.None);
    }
}
