using System.Text;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>
/// A version that is loaded to score rows, for evaluations and explanations: nothing is logged, metered as a request or looked up. Stays loaded until it
/// is disposed. For any number of callers at a time.
/// </summary>
public sealed class ScoredVersion : IDisposable
{
    private readonly HeldModel? _held;
    private readonly ServedModel _model;
    private readonly IReadOnlyList<PlannedInput> _plan;
    private readonly IReadOnlyList<string> _names;

    internal ScoredVersion(ModelRecipe recipe, HeldModel held, IReadOnlyList<PlannedInput> plan)
        : this(recipe, held.Model, plan) => _held = held;

    /// <summary>Of a model that somebody else holds.</summary>
    internal ScoredVersion(ModelRecipe recipe, ServedModel model, IReadOnlyList<PlannedInput> plan)
    {
        (_model, _plan, _names) = (model, plan, model.Declaration.Columns);
        (Model, Version, Sha256, Runtime) = (recipe.Model, recipe.Version, recipe.Sha256, recipe.Runtime);
        Inputs = [.. plan.SelectMany(static input => input.Columns.Select(column => new ScoreInput(column.Source, input.Type is DataType.BYTES)))];
        Entry = recipe.Entry;
    }

    /// <summary>Registered model.</summary>
    public string Model { get; }

    /// <summary>Its version's number.</summary>
    public long Version { get; }

    /// <summary>Of its files, 64 lower-case hex digits.</summary>
    public string Sha256 { get; }

    /// <summary><c>onnx</c> or <c>python</c>.</summary>
    public string Runtime { get; }

    /// <summary>Path in the package of what the runtime opens: the <c>.onnx</c> file, or <c>MLmodel</c>.</summary>
    public string Entry { get; }

    /// <summary>How many of its columns make each of the graph's or function's inputs, in their order.</summary>
    public IReadOnlyDictionary<string, int> Widths => _plan.ToDictionary(static input => input.Name, static input => input.Columns.Count, StringComparer.Ordinal);

    /// <summary>The columns it takes, in its order.</summary>
    public IReadOnlyList<ScoreInput> Inputs { get; }

    /// <summary>Scores rows. The work is done on the caller's thread for models in process.</summary>
    /// <param name="rows">Have all of <see cref="Inputs"/>; what they have besides is not read.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The outputs; <c>serving.score_refused</c> when the model refuses the rows, <c>serving.score_failed</c> when it cannot answer.</returns>
    public async ValueTask<Result<Scores>> ScoreAsync(ScoreRows rows, CancellationToken cancel)
    {
        var call = new InferenceCall();
        try
        {
            foreach (var input in _plan)
                Fill(call.Inputs.Add(), input, rows);
            if (Runtime == Runtimes.Python)
            {
                // Probabilities only where the model has them: asked for by name, a regressor would refuse.
                foreach (var output in _model.Declaration.Outputs)
                    call.Want(output.Name, binary: null);
            }

            await _model.InferAsync(call, cancel);
            var outputs = new ScoreOutput[call.Outputs.Count];
            for (var index = 0; index < outputs.Length; index++)
                outputs[index] = ScoreOutput.Of(call.Outputs[index], rows.Count);
            return new Scores(rows.Count, outputs);
        }
        catch (ModelUnavailableException away)
        {
            return Failure.Unavailable("serving.score_failed", away.Message);
        }
        catch (Exception refused) when (refused is TensorException or ModelException)
        {
            return Failure.Invalid("serving.score_refused", refused.Message);
        }
    }

    /// <summary>A row as the log of predictions has it, by the columns of <see cref="Inputs"/>; of what is not there nothing.</summary>
    public IReadOnlyDictionary<string, JsonElement> ByColumn(JsonElement logged)
    {
        var row = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var input in _plan)
        {
            var isWhole = logged.TryGetProperty(input.Name, out var tensor);
            var isList = isWhole && tensor.ValueKind is JsonValueKind.Array && tensor.GetArrayLength() == input.Columns.Count;
            for (var column = 0; column < input.Columns.Count; column++)
            {
                var name = _names.Count == input.Columns.Count ? _names[column] : input.Columns[column].Name;
                if (isList)
                    row[input.Columns[column].Source] = tensor[column];
                else if (logged.TryGetProperty(name, out var value) || (isWhole && input.Columns.Count == 1 && (value = tensor).ValueKind is not JsonValueKind.Array))
                    row[input.Columns[column].Source] = value;
            }
        }

        return row;
    }

    /// <summary>The rows of a request, as columns.</summary>
    /// <exception cref="TensorException">The request has not what the model takes.</exception>
    internal ScoreRows Rows(InferenceCall call)
    {
        var rows = new ScoreRows(checked((int)call.Rows));
        foreach (var input in _plan)
        {
            var tensor = call.Inputs.Find(input.Name) ?? (_plan.Count == 1 && call.Inputs.Count == 1 ? call.Inputs[0] : throw new TensorException($"Input '{input.Name}' is missing."));
            var given = ScoreOutput.Of(tensor, rows.Count);
            for (var column = 0; column < input.Columns.Count; column++)
            {
                if (given.Numbers is { } numbers)
                    rows.Set(input.Columns[column].Source, Column(numbers, column, given.Width, rows.Count));
                else
                    rows.Set(input.Columns[column].Source, Column<string?>(given.Texts!, column, given.Width, rows.Count));
            }
        }

        return rows;
    }

    /// <summary>Lets the model go.</summary>
    public void Dispose() => _held?.Dispose();

    private static void Fill(Tensor tensor, PlannedInput input, ScoreRows rows)
    {
        var width = input.Columns.Count;
        (tensor.Name, tensor.Type) = (input.Name, input.Type);
        tensor.SetShape(input.IsMatrix ? [rows.Count, width] : [rows.Count]);
        if (input.Type is DataType.BYTES)
        {
            var columns = input.Columns.Select(column => rows.Texts(column.Source) ?? throw Missing(column, "texts")).ToArray();
            for (var row = 0; row < rows.Count; row++)
            {
                foreach (var texts in columns)
                    tensor.AddText(Encoding.UTF8.GetBytes(texts[row] ?? ""));
            }

            return;
        }

        var bytes = tensor.Append(checked(rows.Count * width * input.Type.Width()));
        for (var column = 0; column < width; column++)
        {
            var values = rows.Numbers(input.Columns[column].Source) ?? throw Missing(input.Columns[column], "numbers");
            ScoreNumbers.Write(tensor, bytes, values.AsSpan(0, rows.Count), column, width, input.Columns[column].Source);
        }
    }

    private static T[] Column<T>(T[] values, int column, int width, int rows)
    {
        var taken = new T[rows];
        for (var row = 0; row < rows; row++)
            taken[row] = values[(row * width) + column];
        return taken;
    }

    private static TensorException Missing(PlannedColumn column, string kind) => new($"Column '{column.Source}' is missing; the model takes it as {kind}.");
}
