using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops counterfactuals</c>.</summary>
internal sealed class CounterfactualsVerb
{
    private readonly Argument<string> _model = Verb.Argument("model", "The registered model");
    private readonly Argument<string> _version = Verb.Argument("version", "Number of its version");
    private readonly Option<string> _input = new("--input", "-i") { Description = "A row as a JSON object of columns, or a list of such rows; - for standard input", HelpName = "file", Required = true };
    private readonly Option<int?> _class = new("--class") { Description = "Place of the wanted class among the sorted classes, from 0 [default: of two the other]", HelpName = "n" };
    private readonly Option<double?> _min = new("--min") { Description = "Least probability of the class, or least predicted value", HelpName = "number" };
    private readonly Option<double?> _max = new("--max") { Description = "Greatest probability of the class, or greatest predicted value", HelpName = "number" };
    private readonly Option<string[]> _fixed = Verb.Texts("--fixed", "A column that stays as it is", "column");
    private readonly Option<string[]> _range = Verb.Texts("--range", "Values that a column may take", "column=least..greatest");
    private readonly Option<string[]> _up = Verb.Texts("--only-up", "A column that may only grow", "column");
    private readonly Option<string[]> _down = Verb.Texts("--only-down", "A column that may only fall", "column");
    private readonly Option<string[]> _step = Verb.Texts("--step", "Steps in which a column changes", "column=number");
    private readonly Option<string[]> _integer = Verb.Texts("--integer", "A column of whole numbers", "column");
    private readonly Option<string[]> _values = Verb.Texts("--values", "Values that a column may take, as a JSON list", "column=[...]");
    private readonly Option<string[]> _weight = Verb.Texts("--weight", "What changes of a column cost in proportion to others'", "column=number");
    private readonly Option<int?> _count = new("--count") { Description = "Answers a row [default: 3]", HelpName = "n" };
    private readonly Option<int?> _changes = new("--most-changes") { Description = "Columns that an answer may change [default: all]", HelpName = "n" };
    private readonly Option<double?> _sparsity = new("--sparsity") { Description = "Cost of each changed column beside its distance [default: 0.5]", HelpName = "number" };
    private readonly Option<double?> _diversity = new("--diversity") { Description = "What being unlike the other answers is worth [default: 1]", HelpName = "number" };
    private readonly Option<int?> _evaluations = new("--most-evaluations") { Description = "Rows that the model may be asked for each row [default: 20000]", HelpName = "n" };
    private readonly Option<int?> _seed = new("--seed") { Description = "Of what is drawn by lot [default: 1]", HelpName = "n" };

    private CounterfactualsVerb()
    {
    }

    public static Command Create()
    {
        var verb = new CounterfactualsVerb();
        var command = new Command("counterfactuals", "Find the smallest allowed changes of rows after which a version answers otherwise. Ends with 1 when there are none for a row.") { verb._model, verb._version };
        foreach (var option in new Option[]
        {
            verb._input, verb._class, verb._min, verb._max, verb._fixed, verb._range, verb._up, verb._down, verb._step, verb._integer, verb._values, verb._weight,
            verb._count, verb._changes, verb._sparsity, verb._diversity, verb._evaluations, verb._seed,
        })
        {
            command.Add(option);
        }

        return command.Example("mlops counterfactuals churn 3 --input customer.json --class 0 --fixed age --only-up tenure --range charges=20..120").Does(verb.RunAsync);
    }

    private async Task<int> RunAsync(Session session)
    {
        var args = session.Args;
        var answer = await session.Client.Explanations.CounterfactualsAsync(
            new()
            {
                Model = args.GetRequiredValue(_model),
                Version = args.GetRequiredValue(_version),
                Instances = ExplainOneVerb.Rows(await TextInput.ReadAsync(session, args.GetRequiredValue(_input))),
                Spec = new()
                {
                    Goal = args.GetValue(_class) is null && args.GetValue(_min) is null && args.GetValue(_max) is null
                        ? null
                        : new() { Class = args.GetValue(_class), Min = args.GetValue(_min), Max = args.GetValue(_max) },
                    Constraints = Constraints(args),
                    Count = args.GetValue(_count),
                    MostChanges = args.GetValue(_changes),
                    Sparsity = args.GetValue(_sparsity),
                    Diversity = args.GetValue(_diversity),
                    MostEvaluations = args.GetValue(_evaluations),
                    Seed = args.GetValue(_seed),
                },
            },
            session.Cancel);
        session.Output.Text(answer, ExplanationText.Of(answer));
        return answer.Rows.All(static row => row.AlreadyMet || row.Found.Count > 0) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private Dictionary<string, FeatureConstraint> Constraints(ParseResult args)
    {
        var found = new Dictionary<string, FeatureConstraint>(StringComparer.Ordinal);
        foreach (var column in args.GetValue(_fixed)!)
            Set(column, static one => one with { Fixed = true });
        foreach (var column in args.GetValue(_up)!)
            Set(column, static one => one with { Direction = "up" });
        foreach (var column in args.GetValue(_down)!)
            Set(column, static one => one with { Direction = "down" });
        foreach (var column in args.GetValue(_integer)!)
            Set(column, static one => one with { IntegerOnly = true });
        foreach (var (column, text) in Pairs(args, _range))
        {
            var ends = text.Split("..");
            if (ends.Length != 2)
                throw new UsageException($"'{text}' after {_range.Name} must be least..greatest; either may be left out.");
            Set(column, one => one with { Min = ends[0].Length > 0 ? Number(ends[0], _range) : null, Max = ends[1].Length > 0 ? Number(ends[1], _range) : null });
        }

        foreach (var (column, text) in Pairs(args, _step))
            Set(column, one => one with { Step = Number(text, _step) });
        foreach (var (column, text) in Pairs(args, _weight))
            Set(column, one => one with { Weight = Number(text, _weight) });
        foreach (var (column, text) in Pairs(args, _values))
            Set(column, one => one with { Values = Values(text) });
        return found;

        void Set(string column, Func<FeatureConstraint, FeatureConstraint> change) => found[column] = change(found.GetValueOrDefault(column) ?? new());
    }

    private static IEnumerable<(string Key, string Value)> Pairs(ParseResult args, Option<string[]> option) => args.GetValue(option)!.Select(text => Verb.Pair(text, option.Name));

    private static double Number(string text, Option option) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"'{text}' after {option.Name} is no number.");

    private List<JsonElement> Values(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(static one => one.Clone())]
                : throw new UsageException($"'{text}' after {_values.Name} is no JSON list.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"'{text}' after {_values.Name} is no JSON: {broken.Message}");
        }
    }
}
