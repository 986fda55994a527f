using System.Runtime.InteropServices;

namespace Parley.Rtc.Dtls;

/// <summary>An SSL_CTX.</summary>
internal sealed class SslContextHandle : NativeObjectHandle
{
    protected override void Free(nint value) => OpenSsl.SSL_CTX_free(value);
}

/// <summary>An SSL, the BIO that it owns, and the managed object behind that BIO.</summary>
internal sealed class SslHandle : NativeObjectHandle
{
    private GCHandle _bio;

    /// <summary>Keeps the managed side of the BIO alive for as long as native code may call it.</summary>
    public void Own(GCHandle bio) => _bio = bio;

    protected override void Free(nint value)
    {
        OpenSsl.SSL_free(value);
        if (_bio.IsAllocated) _bio.Free();
    }
}

/// <summary>An OpenSSL object. Dispose frees it; the finaliser is a net under a caller that forgot.</summary>
internal abstract class NativeObjectHandle() : SafeHandle(0, ownsHandle: true)
{
    private static long LiveObjects;
    private bool _isCounted;

    /// <summary>How many such objects there are in the process: for tests, which expect none to be left.</summary>
    public static long Live => Volatile.Read(ref LiveObjects);

    public override bool IsInvalid => handle == 0;

    /// <summary>Throws what OpenSSL says when it gave no object.</summary>
    public void ThrowIfInvalid(string what)
    {
        if (IsInvalid) throw OpenSslErrors.ToException(what);
        _isCounted = true;
        Interlocked.Increment(ref LiveObjects);
    }

    protected abstract void Free(nint value);

    protected sealed override bool ReleaseHandle()
    {
        Free(handle);
        if (_isCounted) Interlocked.Decrement(ref LiveObjects);
        return true;
    }
}
