using System.Collections.Frozen;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Checks and compiles on-demand views.</summary>
internal static class OnDemandCompiler
{
    private const int MostRequestFields = 500;
    private const int LongestExpression = 20_000;

    /// <summary>The view; null when something is wrong with it, which is noted.</summary>
    /// <param name="version">Its definition.</param>
    /// <param name="view">Finds a feature view by name; the second tells whether it is defined at all.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static OnDemandView? Compile(DefinitionVersion version, Func<string, (FeatureView? View, bool IsDefined)> view, CompileFaults faults)
    {
        var (document, path, before) = (version.OnDemand, version.Path, faults.Count);
        var (inputs, known) = Inputs(document, path, view, faults);
        var request = Request(document, path, faults);
        if (document.Inputs.Count + document.Request.Count == 0)
            faults.Add(path + ".inputs", "is missing; an on-demand view reads features or values of the request");
        var fields = Fields(document, path, inputs, request, faults);
        if (faults.Count > before || !known)
            return null;
        var expressions = Expressions(document, path, inputs, request, fields, faults);
        if (faults.Count > before)
            return null;
        return new()
        {
            Id = version.ObjectId,
            Name = version.Name,
            Version = version.Version,
            Inputs = inputs,
            Request = request,
            Fields = fields,
            FieldIndex = fields.Select(static (field, at) => (field.Name, at)).ToFrozenDictionary(static one => one.Name, static one => one.at),
            Expressions = expressions,
            Document = document,
        };
    }

    private static (List<OnDemandInput> Inputs, bool AllKnown) Inputs(
        OnDemandViewDocument document, string path, Func<string, (FeatureView? View, bool IsDefined)> find, CompileFaults faults)
    {
        var inputs = new List<OnDemandInput>();
        var known = true;
        for (var at = 0; at < document.Inputs.Count; at++)
        {
            var text = document.Inputs[at];
            var place = $"{path}.inputs[{at}]";
            var parts = text.Split(':');
            var (view, isDefined) = find(parts[0]);
            known &= view is not null;
            if (text.Contains('@', StringComparison.Ordinal) || parts.Length > 2)
                faults.Add(place, $"is '{DefinitionNames.Clip(text)}'; write 'view' or 'view:feature', without a version");
            else if (!isDefined)
                faults.Add(place, $"is '{DefinitionNames.Clip(text)}'; there is no feature view '{DefinitionNames.Clip(parts[0])}'");
            else if (view is not null && parts.Length == 2 && !view.FieldIndex.ContainsKey(parts[1]))
                faults.Add(place, $"is '{DefinitionNames.Clip(text)}'; feature view {view.Name} has no feature '{DefinitionNames.Clip(parts[1])}'");
            else if (view is not null && !AddAll(inputs, view, parts.Length == 2 ? parts[1] : null))
                faults.Add(place, $"is '{text}', which another input has already");
        }

        return (inputs, known);
    }

    private static bool AddAll(List<OnDemandInput> inputs, FeatureView view, string? feature)
    {
        IEnumerable<int> fields = feature is null ? Enumerable.Range(0, view.Fields.Count) : [view.FieldIndex[feature]];
        foreach (var field in fields)
        {
            if (inputs.Exists(one => one.View == view && one.Field == field))
                return false;
            inputs.Add(new(view, field));
        }

        return true;
    }

    private static List<FeatureField> Request(OnDemandViewDocument document, string path, CompileFaults faults)
    {
        if (document.Request.Count > MostRequestFields)
            faults.Add(path + ".request", $"has {document.Request.Count} fields; at most {MostRequestFields} are allowed");
        var fields = new List<FeatureField>(document.Request.Count);
        for (var at = 0; at < document.Request.Count; at++)
        {
            var (field, place) = (document.Request[at], $"{path}.request[{at}]");
            var named = faults.Check(place + ".name", DefinitionNames.ColumnProblem(field.Name) ?? ReservedColumns.Problem(field.Name));
            if (FeatureFields.Type(field.Type, place + ".type", faults) is not { } type || !named)
                continue;
            if (fields.Exists(one => Same(one.Name, field.Name)))
                faults.Add(place + ".name", $"is '{field.Name}', which the request has already");
            else
                fields.Add(new(field.Name, type));
        }

        return fields;
    }

    private static List<FeatureField> Fields(
        OnDemandViewDocument document, string path, List<OnDemandInput> inputs, List<FeatureField> request, CompileFaults faults)
    {
        if (document.Features.Count is 0 or > ViewCompiler.MostFeatures)
            faults.Add(path + ".features", document.Features.Count == 0 ? "is missing; a view has at least one feature" : $"has {document.Features.Count} features; a view has at most {ViewCompiler.MostFeatures}");
        var fields = new List<FeatureField>(document.Features.Count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < document.Features.Count; at++)
        {
            var (feature, place) = (document.Features[at], $"{path}.features[{at}]");
            faults.Check(place + ".expression", feature.Expression switch
            {
                null or "" => "is missing; a feature of an on-demand view is computed",
                { Length: > LongestExpression } text => $"has {text.Length} characters; at most {LongestExpression} are allowed",
                _ => null,
            });
            if (FeatureFields.Read(feature, place, faults) is not { } field)
                continue;
            if (!names.Add(field.Name))
                faults.Add(place + ".name", $"is '{field.Name}', which the view has already (names differ by more than case)");
            else if (inputs.Exists(one => Same(one.Name, field.Name)) || request.Exists(one => Same(one.Name, field.Name)))
                faults.Add(place + ".name", $"is '{field.Name}', which one of its inputs is called too");
            else
                fields.Add(field);
        }

        return fields;
    }

    private static List<Expression> Expressions(
        OnDemandViewDocument document, string path, List<OnDemandInput> inputs, List<FeatureField> request, List<FeatureField> fields, CompileFaults faults)
    {
        var expressions = new List<Expression>(fields.Count);
        for (var at = 0; at < fields.Count; at++)
        {
            var text = document.Features[at].Expression!;
            var place = $"{path}.features[{at}]";
            if (Expression.Compile(text, Columns(text, inputs, request, fields.Take(at)), fields[at].Type).Failed(out var wrong, out var expression))
                faults.Add(place + ".expression", $"cannot be compiled: {wrong.Message}");
            else
                expressions.Add(expression);
        }

        return expressions;
    }

    /// <summary>What an expression may name, in the order in which values are handed to it.</summary>
    private static List<ExpressionColumn> Columns(string text, List<OnDemandInput> inputs, List<FeatureField> request, IEnumerable<FeatureField> before)
    {
        var columns = new List<ExpressionColumn>();
        foreach (var input in inputs)
        {
            // An input answers to its bare name unless that could mean another one, or the expression writes the full one.
            var full = $"{input.View.Name}__{input.Name}";
            var isTaken = inputs.Exists(one => one != input && Same(one.Name, input.Name)) || request.Exists(one => Same(one.Name, input.Name));
            columns.Add(new(isTaken || text.Contains(full, StringComparison.OrdinalIgnoreCase) ? full : input.Name, input.Type));
        }

        columns.AddRange(request.Select(static field => new ExpressionColumn(field.Name, field.Type)));
        columns.AddRange(before.Select(static field => new ExpressionColumn(field.Name, field.Type)));
        return columns;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
