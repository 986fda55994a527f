namespace Parley;

/// <summary>
/// Personal data: an address, a transcript, a name. It prints as a placeholder, so that it cannot leak through a log
/// or an exception message; <see cref="Reveal"/> is the one visible way out.
/// </summary>
public readonly struct Pii<T>(T value) : IEquatable<Pii<T>>
{
    private readonly T _value = value;

    public T Reveal() => _value;

    public bool Equals(Pii<T> other) => EqualityComparer<T>.Default.Equals(_value, other._value);

    public override bool Equals(object? obj) => obj is Pii<T> other && Equals(other);

    public override int GetHashCode() => _value is null ? 0 : EqualityComparer<T>.Default.GetHashCode(_value);

    public override string ToString() => "[private]";

    public static bool operator ==(Pii<T> left, Pii<T> right) => left.Equals(right);
    public static bool operator !=(Pii<T> left, Pii<T> right) => !left.Equals(right);
}
