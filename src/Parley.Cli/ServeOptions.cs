using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Parley.Hosting.Configuration;
using Parley.Speech.Options;

namespace Parley.Cli;

/// <summary>The options of <c>parley serve</c>. Each overrides its key of parley.json.</summary>
internal sealed class ServeOptions
{
    private const string DefaultFile = "parley.json";

    private readonly Option<FileInfo?> _config = new("--config") { Description = $"Configuration file [default: {DefaultFile} in this folder, if there is one]" };
    private readonly Option<int?> _port = new("--port") { CustomParser = Number, Description = "TCP port of HTTP; 0 takes a free one [default: 8080]" };
    private readonly Option<int?> _udpPort = new("--udp-port") { CustomParser = Number, Description = "UDP port of all calls; 0 takes a free one [default: 3478]" };
    private readonly Option<int?> _tcpPort = new("--tcp-port") { CustomParser = Number, Description = "TCP port of calls that UDP does not reach; 0 takes a free one [default: the UDP port's number]" };
    private readonly Option<bool> _noTcp = new("--no-tcp") { Description = "No calls over TCP" };
    private readonly Option<string?> _listen = new("--listen") { Description = "IP address of HTTP [default: 127.0.0.1]" };
    private readonly Option<string?> _tlsCert = new("--tls-cert") { Description = "PEM file of the certificate of HTTPS, with its issuers; goes with --tls-key" };
    private readonly Option<string?> _tlsKey = new("--tls-key") { Description = "PEM file of the certificate's private key" };
    private readonly Option<bool> _tlsSelfSigned = new("--tls-self-signed") { Description = "HTTPS with a certificate made for this run, for development; its fingerprint is printed" };
    private readonly Option<string?> _udpListen = new("--udp-listen") { Description = "IP address of the UDP and TCP ports of calls [default: all]" };
    private readonly Option<string[]?> _advertise = new("--advertise") { Description = "IP address that clients can reach; may be repeated [default: those of this machine]" };
    private readonly Option<string[]?> _origin = new("--origin") { Description = "Origin of web pages that may call, beyond loopback; may be repeated" };
    private readonly Option<string[]?> _host = new("--host") { Description = "Host name by which the server is addressed, beyond loopback; may be repeated" };
    private readonly Option<int?> _maxCalls = new("--max-calls") { CustomParser = Number, Description = "Calls at once; one more is answered with 503 [default: 1000]" };
    private readonly Option<AgentKind?> _agent = new("--agent") { CustomParser = Agent, Description = "Who answers: models, or echo, which sends audio and messages back as they came [default: models]" };
    private readonly NodeOptions _node = new();
    private readonly ModelOption _chat = new("chat");
    private readonly ModelOption _recognizer = new("recognizer");
    private readonly ModelOption _synthesizer = new("synthesizer");
    private readonly Option<string?> _voice = new("--voice") { Description = "Default voice of the synthesiser's server" };
    private readonly Option<string?> _instructions = new("--instructions") { Description = "What the chat model is told to be" };

    public Option<bool> Json { get; } = new("--json") { Description = "When ready, print one JSON line: ready, url, udp_port, tcp_port, certificate_sha256" };

    public IEnumerable<Option> All =>
    [
        _config, _port, _udpPort, _tcpPort, _noTcp, _listen, _tlsCert, _tlsKey, _tlsSelfSigned, _udpListen, _advertise, _origin, _host, _maxCalls, _agent, .. _node.All,
        .. _chat.All, .. _recognizer.All, .. _synthesizer.All, _voice, _instructions, Json,
    ];

    /// <exception cref="ConfigurationException">The file cannot be used.</exception>
    public ParleyOptions Read(ParseResult parsed)
    {
        var file = parsed.GetValue(_config) ?? new FileInfo(DefaultFile);
        if (!file.Exists && parsed.GetValue(_config) is not null) throw new ConfigurationException($"{file.FullName}: there is no such file.");
        var options = file.Exists ? ParleyOptions.Load(file.FullName) : new ParleyOptions();
        return new ParleyOptions
        {
            Server = _node.Apply(parsed, Server(parsed, options.Server)),
            Speech = Speech(parsed, options.Speech),
        };
    }

    private ServerOptions Server(ParseResult parsed, ServerOptions server) => server with
    {
        Port = parsed.GetValue(_port) ?? server.Port,
        UdpPort = parsed.GetValue(_udpPort) ?? server.UdpPort,
        TcpPort = parsed.GetValue(_tcpPort) ?? server.TcpPort,
        Tcp = !parsed.GetValue(_noTcp) && server.Tcp,
        Listen = parsed.GetValue(_listen) ?? server.Listen,
        Tls = Tls(parsed) ?? server.Tls,
        UdpListen = parsed.GetValue(_udpListen) ?? server.UdpListen,
        Advertise = NonEmpty(parsed.GetValue(_advertise)) ?? server.Advertise,
        Origins = NonEmpty(parsed.GetValue(_origin)) ?? server.Origins,
        Hosts = NonEmpty(parsed.GetValue(_host)) ?? server.Hosts,
        MaxCalls = parsed.GetValue(_maxCalls) ?? server.MaxCalls,
        Agent = parsed.GetValue(_agent) ?? server.Agent,
    };

    private TlsOptions? Tls(ParseResult parsed)
    {
        var options = new TlsOptions { Certificate = parsed.GetValue(_tlsCert), Key = parsed.GetValue(_tlsKey), SelfSigned = parsed.GetValue(_tlsSelfSigned) };
        return options == new TlsOptions() ? null : options;
    }

    private SpeechOptions Speech(ParseResult parsed, SpeechOptions speech)
    {
        var synthesizer = _synthesizer.Apply(parsed, speech.Models.Synthesizer);
        return speech with
        {
            Instructions = parsed.GetValue(_instructions) ?? speech.Instructions,
            Models = new ModelsOptions
            {
                Chat = _chat.Apply(parsed, speech.Models.Chat),
                Recognizer = _recognizer.Apply(parsed, speech.Models.Recognizer),
                Synthesizer = synthesizer with { Voice = parsed.GetValue(_voice) ?? synthesizer.Voice },
            },
        };
    }

    private static int? Number(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        argument.AddError($"'{text}' is not a number.");
        return null;
    }

    private static AgentKind? Agent(ArgumentResult argument)
    {
        switch (argument.Tokens[0].Value)
        {
            case "models":
                return AgentKind.Models;
            case "echo":
                return AgentKind.Echo;
            default:
                argument.AddError($"'{argument.Tokens[0].Value}' is no agent. Known are: models, echo.");
                return null;
        }
    }

    private static string[]? NonEmpty(string[]? values) => values is { Length: > 0 } ? values : null;

    /// <summary>The three options of one model.</summary>
    private sealed class ModelOption(string name)
    {
        private readonly Option<string?> _url = new($"--{name}-url") { Description = $"OpenAI-compatible server of the {name}, such as http://127.0.0.1:11434/v1" };
        private readonly Option<string?> _model = new($"--{name}-model") { Description = $"Name of the {name} model [default: embedded]" };
        private readonly Option<string?> _key = new($"--{name}-key-variable") { Description = $"Environment variable with the key of the {name}'s server" };

        public IEnumerable<Option> All => [_url, _model, _key];

        public ModelOptions Apply(ParseResult parsed, ModelOptions options) => options with
        {
            Url = parsed.GetValue(_url) ?? options.Url,
            Model = parsed.GetValue(_model) ?? options.Model,
            KeyEnvironmentVariable = parsed.GetValue(_key) ?? options.KeyEnvironmentVariable,
        };
    }
}
