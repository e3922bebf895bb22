using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>
/// Predicts the rows of a partition: they come from the engine's chunks straight into tensors, and what the model says goes straight into chunks. Takes as much
/// memory as a chunk and the engine have, however many rows there are. For one thread, which it blocks.
/// </summary>
internal sealed class PartitionRun : IDisposable
{
    private const int LongestReason = 1000;
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(10);

    private readonly PartitionWork _work;
    private readonly CancellationToken _cancel;
    private readonly DuckDatabase _database;
    private readonly DuckConnection _reading;
    private readonly DuckConnection _writing;
    private readonly PartitionResults _results;
    private readonly InferenceCall _call = new();
    private readonly int[] _rows = new int[DuckReader.MaxRows];
    private long _seen;
    private long _leftOut;

    private PartitionRun(PartitionWork work, BatchOptions options, CancellationToken cancel)
    {
        (_work, _cancel) = (work, cancel);
        _database = DuckDatabase.Open(null, new()
        {
            Threads = 1,
            MemoryLimitBytes = (long)options.MemoryMb << 20,
            TempDirectory = Path.Combine(work.Folder, "spill"),
            AllowedPaths = [.. work.Ranges.Select(static range => range.Path).Distinct(StringComparer.Ordinal), work.OutputPath, work.RefusedPath],
        });
        _reading = _database.Connect();
        _writing = _database.Connect();
        _results = new(_writing, work.Batch.Id, work.Partition.FirstRow);
    }

    /// <summary>Does all of it, up to the files on this server's disk.</summary>
    /// <returns><c>serving.batch_row_refused</c>, <c>serving.batch_too_many_refused</c>, <c>serving.batch_unreadable</c>, <c>serving.batch_output</c>.</returns>
    /// <exception cref="ModelUnavailableException">The model cannot answer now.</exception>
    public static Result<PartitionOutcome> Run(PartitionWork work, BatchOptions options, CancellationToken cancel)
    {
        try
        {
            using var run = new PartitionRun(work, options, cancel);
            return run.Run();
        }
        catch (PartitionRefusedException refused)
        {
            return refused.Failure;
        }
        catch (DuckException broken) when (broken.Type is not DuckErrorType.Interrupt)
        {
            return Failure.Invalid("serving.batch_unreadable", $"Rows {work.Partition.FirstRow} to {work.Partition.FirstRow + work.Partition.Rows - 1} cannot be read or written: {broken.Summary}");
        }
    }

    public void Dispose()
    {
        _results.Dispose();
        _reading.Dispose();
        _writing.Dispose();
        _database.Dispose();
    }

    private Result<PartitionOutcome> Run()
    {
        foreach (var range in _work.Ranges)
        {
            var columns = BatchRowsStore.Look(_reading, range.Path, _cancel).Columns;
            var leftOut = _work.OptedOut is { } optedOut ? BatchSubjects.Find(_reading, optedOut, columns, range, _cancel) : null;
            using var reader = BatchRowsStore.Read(_reading, _work.Plan, columns, range, leftOut, _cancel);
            while (reader.Read())
                Predict(reader);
        }

        if (_seen != _work.Partition.Rows)
            return Failure.Conflict("serving.batch_unreadable", $"Partition {_work.Partition.Number} has {_seen} rows and should have {_work.Partition.Rows}.");
        _results.Close(_cancel);
        BatchRowsStore.Keep(_writing, _work.Plan, _work.Ranges, _cancel);
        if (_results.Predicted > 0)
            BatchRowsStore.WritePredictions(_writing, _work.Plan, _results.Columns, _work.IsCsv, _work.OutputPath, _cancel);
        if (_results.Refused > 0)
            BatchRowsStore.WriteRefused(_writing, _work.Plan, _work.RefusedPath, _cancel);
        return new PartitionOutcome(_results.Predicted, _results.Refused, _leftOut);
    }

    private void Predict(DuckReader reader)
    {
        _results.Begin(reader.Rows);
        var refusals = reader.Column(reader.Columns.Count - 1);
        var good = 0;
        for (var row = 0; row < reader.Rows; row++)
        {
            if (!refusals.MayHaveNulls || !refusals.IsNull(row))
                Refuse(row, (string)refusals.Value(row)!);
            else
                _rows[good++] = row;
        }

        if (good > 0)
            Predict(reader, _rows.AsSpan(0, good));
        _results.End();
        _seen += reader.Rows;
    }

    // What the model refuses is halved until it is known which rows it means.
    private void Predict(DuckReader reader, ReadOnlySpan<int> rows)
    {
        _cancel.ThrowIfCancellationRequested();
        string reason;
        try
        {
            Ask(reader, rows);
            _results.Take(_call.Outputs, rows);
            return;
        }
        catch (ModelUnavailableException)
        {
            throw;
        }
        catch (Exception refused) when (refused is TensorException or ModelException)
        {
            reason = refused.Message;
        }

        if (rows.Length == 1)
        {
            Refuse(rows[0], reason);
            return;
        }

        Predict(reader, rows[..(rows.Length / 2)]);
        Predict(reader, rows[(rows.Length / 2)..]);
    }

    private void Ask(DuckReader reader, ReadOnlySpan<int> rows)
    {
        BatchTensors.Fill(_call, _work.Plan, reader, rows);
        _call.Deadline = Environment.TickCount64 + (long)LongestAnswer.TotalMilliseconds;
        foreach (var output in _work.Batch.Spec.Output.Outputs)
            _call.Want(output, binary: null);
        var answer = _work.Model.InferAsync(_call, _cancel);
        // A model in another process answers later; this thread has nothing else to do.
        if (answer.IsCompleted)
            answer.GetAwaiter().GetResult();
        else
            answer.AsTask().GetAwaiter().GetResult();
        if (_call.Outputs.Count == 0)
            throw new ModelException("The model gave no outputs.");
        foreach (var kept in _work.Plan.Keep)
        {
            if (_call.Outputs.Find(kept.Name) is not null)
                throw new PartitionRefusedException(Failure.Invalid("serving.batch_output", $"'output.keep' has '{kept.Name}', which is an output of the model, too; leave one of them out."));
        }
    }

    private void Refuse(int row, string reason)
    {
        if (reason == BatchSubjects.Reason)
        {
            // It is no fault of the input's.
            _leftOut++;
            _results.Refuse(row, reason);
            return;
        }

        var number = _work.Partition.FirstRow + _seen + row;
        var told = reason.Length > LongestReason ? reason[..LongestReason] + "..." : reason;
        if (_work.Batch.Spec.OnError == BatchRules.Fail)
            throw new PartitionRefusedException(Failure.Invalid("serving.batch_row_refused", $"Row {number} is refused: {told}"));
        _results.Refuse(row, told);
        if (_results.Refused - _leftOut > _work.MostRefused)
        {
            throw new PartitionRefusedException(Failure.Invalid(
                "serving.batch_too_many_refused", $"More than {_work.Batch.MostRefused} rows are refused ('max_refused'); the last is row {number}: {told}"));
        }
    }
}
