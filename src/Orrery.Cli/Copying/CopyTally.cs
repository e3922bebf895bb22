using System.Collections.Concurrent;
using System.Globalization;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>Counts what a copy does, from several threads.</summary>
internal sealed class CopyTally(TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly ConcurrentQueue<CopyProblem> _problems = new();
    private readonly ConcurrentDictionary<string, long> _notes = new();
    private readonly long[] _counts = new long[Enum.GetValues<Counted>().Length];

    public long this[Counted what] => Interlocked.Read(ref _counts[(int)what]);

    public void Add(Counted what, long count = 1) => Interlocked.Add(ref _counts[(int)what], count);

    public void Fail(string kind, string id, Exception why) => _problems.Enqueue(new(
        kind, id, (why as OrreryApiException)?.ErrorCode ?? "failed", why.Message));

    public void Fail(string kind, string id, string code, string message) => _problems.Enqueue(new(kind, id, code, message));

    /// <summary>A remark that is made once, with how often it applied.</summary>
    public void Note(string text) => _notes.AddOrUpdate(text, 1, static (_, count) => count + 1);

    /// <summary>True for what stops one object, not the whole copy.</summary>
    public static bool IsOfOneObject(Exception failed) =>
        failed is OrreryApiException or OrreryIntegrityException or InvalidDataException;

    public string InWords() => string.Create(
        CultureInfo.InvariantCulture,
        $"{this[Counted.Runs]:N0} runs copied, {this[Counted.RunsAlreadyThere]:N0} already there, {this[Counted.MetricPoints]:N0} points, ")
        + Printable.Bytes(this[Counted.Bytes]) + (_problems.IsEmpty ? "" : $", {_problems.Count} problems");

    public CopySummary Summary(string source, string target) => new()
    {
        Source = source,
        Target = target,
        StartedAt = _started,
        Seconds = Math.Round((time.GetUtcNow() - _started).TotalSeconds, 1),
        Complete = _problems.IsEmpty,
        Experiments = this[Counted.Experiments],
        Runs = this[Counted.Runs],
        RunsAlreadyThere = this[Counted.RunsAlreadyThere],
        Params = this[Counted.Params],
        Tags = this[Counted.Tags],
        MetricPoints = this[Counted.MetricPoints],
        Files = this[Counted.Files],
        Bytes = this[Counted.Bytes],
        FilesComparedByLength = this[Counted.FilesComparedByLength],
        LoggedModels = this[Counted.LoggedModels],
        LoggedModelsAlreadyThere = this[Counted.LoggedModelsAlreadyThere],
        RegisteredModels = this[Counted.RegisteredModels],
        ModelVersions = this[Counted.ModelVersions],
        Aliases = this[Counted.Aliases],
        Problems = [.. _problems.OrderBy(problem => problem.Kind, StringComparer.Ordinal).ThenBy(problem => problem.Id, StringComparer.Ordinal)],
        Notes = [.. _notes.OrderBy(note => note.Key, StringComparer.Ordinal)
            .Select(note => note.Value > 1 ? string.Create(CultureInfo.InvariantCulture, $"{note.Key} ({note.Value:N0} times)") : note.Key)],
    };
}
