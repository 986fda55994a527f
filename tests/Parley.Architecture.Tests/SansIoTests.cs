using System.Reflection;
using System.Runtime.CompilerServices;

namespace Parley.Architecture.Tests;

/// <summary>BannedSymbols catches calls; this catches fields, signatures, constructors and async methods, which it does not.</summary>
public sealed class SansIoTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> Forbidden =
    [
        "System.Threading.Tasks.Task", "System.Threading.Tasks.Task`1",
        "System.Threading.Tasks.ValueTask", "System.Threading.Tasks.ValueTask`1",
        "System.Collections.Generic.IAsyncEnumerable`1", "System.TimeProvider", "System.Threading.Timer",
        "System.Threading.CancellationToken", "System.Threading.Thread", "System.Net.Sockets.Socket", "System.Random",
        "System.IO.FileStream", "Microsoft.Extensions.Logging.ILogger",
    ];

    [Theory]
    [InlineData("Parley.Primitives")]
    [InlineData("Parley.Rtc")]
    [InlineData("Parley.Audio")]
    [InlineData("Parley.Conversation")]
    [InlineData("Parley.Realtime")]
    public void A_pure_assembly_has_no_clock_socket_task_or_thread(string assembly)
    {
        var found = Assembly.Load(assembly).GetTypes().SelectMany(Violations).ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void The_check_itself_sees_what_it_should() =>
        Assert.Equal(5, Violations(typeof(Impure)).Count());

    private static IEnumerable<string> Violations(Type type)
    {
        foreach (var field in type.GetFields(All).Where(f => IsForbidden(f.FieldType)))
            yield return $"{type}.{field.Name}: field of {field.FieldType}";
        foreach (var constructor in type.GetConstructors(All).Where(c => c.GetParameters().Any(p => IsForbidden(p.ParameterType))))
            yield return $"{type}: constructor {constructor}";
        foreach (var method in type.GetMethods(All))
        {
            if (method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null)
                yield return $"{type}.{method.Name}: async";
            if (IsForbidden(method.ReturnType) || method.GetParameters().Any(p => IsForbidden(p.ParameterType)))
                yield return $"{type}.{method.Name}: signature";
        }
    }

    private static bool IsForbidden(Type type) =>
        Forbidden.Contains((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? "");

    /// <summary>One violation each: a field, a constructor, two signatures and an async method.</summary>
    private sealed class Impure
    {
        private readonly TimeProvider _clock;

        public Impure(TimeProvider clock) => _clock = clock;

        public Task WaitAsync() => _clock is null ? Task.CompletedTask : throw new InvalidOperationException();

        public static void Stop(CancellationToken token) => token.ThrowIfCancellationRequested();

        public static async void Forget() => await Task.Yield();
    }
}
