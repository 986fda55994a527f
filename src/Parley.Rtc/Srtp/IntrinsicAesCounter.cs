using System.Runtime.Intrinsics;

namespace Parley.Rtc.Srtp;

/// <summary>Counter mode by AES-NI.</summary>
internal sealed class IntrinsicAesCounter(ReadOnlySpan<byte> key) : AesCounterCipher
{
    private readonly IntrinsicAes _aes = new(key);

    public override void Apply(ReadOnlySpan<byte> initial, Span<byte> text) =>
        _aes.ApplyKeystream(IntrinsicAes.ReadCounter(Vector128.Create(initial)), text);

    public override void Dispose() => _aes.Erase();
}
