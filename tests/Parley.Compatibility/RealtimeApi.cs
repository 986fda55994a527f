namespace Parley.Compatibility;

/// <summary>What the Realtime API has since its general availability, by the names that programs use. Fields are named by their path.</summary>
public static partial class RealtimeApi
{
    private const string Sip = "SIP only";
    private const string Own = "Parley's own";
    private const string NoPrompts = "refused with an error that says to send instructions: prompts are not stored here";

    public static IReadOnlyList<ApiElement> All { get; } =
    [
        .. Clients, .. Endpoints, .. Of(ApiPart.ClientEvent, ClientEvents), .. ServerElements, .. SessionElements, .. ResponseElements,
        .. Items,
    ];

    private static IEnumerable<ApiElement> Of(ApiPart part, IEnumerable<string> names) => names.Select(name => new ApiElement(part, name));
}
