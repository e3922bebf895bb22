using System.Diagnostics.CodeAnalysis;

namespace Orrery.Kernel;

/// <summary>A value, or the <see cref="Kernel.Failure"/> that stands in its place.</summary>
/// <typeparam name="T">The value of the happy path.</typeparam>
public readonly struct Result<T> : IEquatable<Result<T>>
{
    private readonly T? _value;

    private Result(T? value, Failure? failure)
    {
        _value = value;
        Failure = failure;
    }

    /// <summary>Why there is no value; null when there is one.</summary>
    public Failure? Failure { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">It failed; the caller did not look.</exception>
    public T Value => Failure is null
        ? _value!
        : throw new InvalidOperationException($"No value: {Failure.Code}: {Failure.Message}");

    /// <summary>The failure, when there is one; the value otherwise.</summary>
    public bool Failed([NotNullWhen(true)] out Failure? failure, [MaybeNullWhen(true)] out T value)
    {
        failure = Failure;
        value = _value;
        return failure is not null;
    }

    /// <summary>Applies <paramref name="next"/> to the value; a failure passes through.</summary>
    public Result<TNext> Then<TNext>(Func<T, Result<TNext>> next) => Failure is null ? next(_value!) : Failure;

    /// <summary>A value is a success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A failure is a failure.</summary>
    public static implicit operator Result<T>(Failure failure) => new(default, failure);

    /// <inheritdoc/>
    public bool Equals(Result<T> other) =>
        Equals(Failure, other.Failure) && EqualityComparer<T?>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Result<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Failure, _value);

    /// <summary>Same value or same failure.</summary>
    public static bool operator ==(Result<T> left, Result<T> right) => left.Equals(right);

    /// <summary>Different value or different failure.</summary>
    public static bool operator !=(Result<T> left, Result<T> right) => !left.Equals(right);
}

/// <summary>The value of an operation that has nothing to say but that it was done.</summary>
public readonly record struct Done
{
    /// <summary>It was done.</summary>
    public static readonly Result<Done> Ok = default(Done);
}
