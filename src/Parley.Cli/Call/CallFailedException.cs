namespace Parley.Cli.Call;

/// <summary>The call cannot be made; the message is for the user.</summary>
/// <param name="isMisuse">It is the command line's fault, not the network's or the server's.</param>
internal sealed class CallFailedException(string message, bool isMisuse = false) : Exception(message)
{
    public bool IsMisuse => isMisuse;
}
