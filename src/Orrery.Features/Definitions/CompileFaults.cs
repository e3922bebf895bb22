using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Gathers what is wrong with a document, so that all of it is told at once.</summary>
internal sealed class CompileFaults
{
    private const int Most = 200;

    private readonly List<FieldFault> _faults = [];

    /// <summary>How many there are.</summary>
    public int Count => _faults.Count;

    /// <summary>Notes a fault; a message that is null is none.</summary>
    /// <param name="path">Of the field, as <c>feature_views[2].ttl</c>.</param>
    /// <param name="message">Begins with a verb: <c>is missing</c>.</param>
    /// <returns>True when there was none.</returns>
    public bool Check(string path, string? message)
    {
        if (message is null)
            return true;
        Add(path, message);
        return false;
    }

    /// <summary>Notes a fault.</summary>
    public void Add(string path, string message) => _faults.Add(new(path, message));

    /// <summary>All of them as one failure, <c>features.definition_invalid</c>; null when there are none.</summary>
    public Failure? ToFailure()
    {
        if (_faults.Count == 0)
            return null;
        var first = _faults[0];
        var more = _faults.Count > 1 ? $" And {_faults.Count - 1} more." : "";
        return Failure.Invalid("features.definition_invalid", $"The definitions are not valid: {first.Field} {first.Message}.{more}") with
        {
            Faults = _faults.Count > Most
                ? [.. _faults.Take(Most), new("", $"{_faults.Count - Most} more faults are not shown.")]
                : [.. _faults],
        };
    }
}
