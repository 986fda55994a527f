using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Relay.Metrics;

/// <summary>
/// <c>GET /metrics</c> for Prometheus and <c>GET /healthz</c> for load balancers, on one thread, one request a connection, one connection at a time: nobody
/// else needs it, it shares nothing with the workers, and a web server would double the relay's memory. A peer has
/// <see cref="Patience"/> in total.
/// </summary>
public sealed class MetricsEndpoint : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Connections that wait while one is answered.</summary>
    private const int Backlog = 16;

    private const int StackBytes = 256 * 1024;

    private readonly Socket _listener;
    private readonly IRelayReport _report;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly byte[] _request = new byte[MetricsRequest.MaxLength];
    private volatile bool _isDisposed;

    /// <summary>Throws <see cref="SocketException"/> when the port is taken.</summary>
    public MetricsEndpoint(IPEndPoint local, IRelayReport report, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(local);
        _report = report;
        _time = time;
        _listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(local);
            _listener.Listen(Backlog);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
        LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _thread = new Thread(Run, StackBytes) { Name = "parley-metrics", IsBackground = true };
        _thread.Start();
    }

    public IPEndPoint LocalEndPoint { get; }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _listener.Dispose();
        _thread.Join();
    }

    private void Run()
    {
        while (!_isDisposed)
        {
            try
            {
                using var peer = _listener.Accept();
                Serve(peer);
            }
            catch (SocketException)
            {
                // The peer is gone, or too slow; the next one may be better. A listener that is gone has been disposed.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket peer)
    {
        var start = _time.GetTimestamp();
        peer.NoDelay = true;
        var length = 0;
        while (!MetricsRequest.IsWhole(_request.AsSpan(0, length)))
        {
            if (length == _request.Length)
            {
                Answer(peer, start, 431, "text/plain", "", isHead: false);
                return;
            }
            peer.ReceiveTimeout = MillisecondsLeft(start);
            var received = peer.Receive(_request.AsSpan(length));
            if (received == 0) return;
            length += received;
        }
        var status = MetricsRequest.Read(_request.AsSpan(0, length), out var path, out var isHead);
        var (code, kind, text) = status == 200 ? Find(path) : (status, "text/plain", "");
        Answer(peer, start, code, kind, text, isHead);
    }

    private (int Status, string Kind, string Text) Find(string path) => path switch
    {
        "/metrics" => (200, "text/plain; version=0.0.4; charset=utf-8", Figures()),
        "/healthz" => _report.IsReady ? (200, "text/plain", "ready\n") : (503, "text/plain", "draining\n"),
        _ => (404, "text/plain", "There are /metrics and /healthz.\n"),
    };

    private string Figures()
    {
        var writer = new PrometheusWriter();
        _report.Write(writer);
        return writer.ToString();
    }

    private void Answer(Socket peer, long start, int status, string kind, string text, bool isHead)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {Phrase(status)}\r\nContent-Type: {kind}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        var rest = new ReadOnlyMemory<byte>([.. Encoding.ASCII.GetBytes(head), .. isHead ? [] : body]);
        while (!rest.IsEmpty)
        {
            peer.SendTimeout = MillisecondsLeft(start);
            rest = rest[peer.Send(rest.Span)..];
        }
        peer.Shutdown(SocketShutdown.Send);
    }

    private int MillisecondsLeft(long start)
    {
        var left = (int)(Patience - _time.GetElapsedTime(start)).TotalMilliseconds;
        return left > 0 ? left : throw new SocketException((int)SocketError.TimedOut);
    }

    private static string Phrase(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    };
}
