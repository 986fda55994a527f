using System.Runtime.CompilerServices;
using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

/// <summary>Counts native objects of the whole process, so nothing else of DTLS may run beside it.</summary>
[CollectionDefinition(nameof(LifetimeTests), DisableParallelization = true)]
[Collection(nameof(LifetimeTests))]
public sealed class LifetimeTests
{
    [Fact]
    public void Thousands_of_endpoints_leave_no_native_object_behind()
    {
        var before = LiveNow();
        using (var certificate = DtlsCertificate.Create(DtlsPair.Epoch))
        {
            Assert.Equal(before + 1, NativeObjectHandle.Live);
            var fingerprint = DtlsPair.FingerprintOf(certificate);
            for (var i = 0; i < 3000; i++)
            {
                using var endpoint = new DtlsEndpoint(certificate, i % 2 == 0 ? DtlsRole.Client : DtlsRole.Server, fingerprint);
                endpoint.Start(default);
            }
            for (ulong i = 0; i < 100; i++)
            {
                using var pair = new DtlsPair(new LinkConditions { Loss = 0.1 }, i, certificate, certificate);
                pair.Connect();
                if (i % 2 == 0) pair.Client.Close(pair.Clock.Now);
            }
            Assert.Equal(before + 1, NativeObjectHandle.Live);
        }
        Assert.Equal(before, NativeObjectHandle.Live);
    }

    [Fact]
    public void An_endpoint_outlives_its_certificate()
    {
        var certificate = DtlsCertificate.Create(DtlsPair.Epoch);
        using var pair = new DtlsPair(clientCertificate: certificate, serverCertificate: certificate);
        certificate.Dispose();
        pair.Connect();
    }

    [Fact]
    public void A_forgotten_endpoint_is_freed_with_its_owner()
    {
        using var certificate = DtlsCertificate.Create(DtlsPair.Epoch);
        var before = LiveNow();
        Forget(certificate);
        Assert.Equal(before, LiveNow());
    }

    /// <summary>What is left when everything that nobody holds any more, by this or earlier tests, has been freed.</summary>
    private static long LiveNow()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return NativeObjectHandle.Live;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(DtlsCertificate certificate)
    {
        for (var i = 0; i < 50; i++) new DtlsEndpoint(certificate, DtlsRole.Client, DtlsPair.FingerprintOf(certificate)).Start(default);
    }
}
