using System.Runtime.Intrinsics;

namespace Parley.Rtc.Srtp;

/// <summary>Eight blocks of key stream, one behind the other in memory.</summary>
internal struct KeystreamBatch
{
    public Vector128<byte> Block0;
    public Vector128<byte> Block1;
    public Vector128<byte> Block2;
    public Vector128<byte> Block3;
    public Vector128<byte> Block4;
    public Vector128<byte> Block5;
    public Vector128<byte> Block6;
    public Vector128<byte> Block7;
}
