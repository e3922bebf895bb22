using System.Text.Json;
using Orrery.Features;

namespace Orrery.Serving;

/// <summary>Which feature fills which column of a model. Immutable; made once for a model that is loaded.</summary>
internal sealed class LookupBinding
{
    private readonly LookupSlot[] _slots;

    private LookupBinding(FeatureLookup lookup, ModelDeclaration model, IReadOnlyList<LookupColumn> columns, bool isTable)
    {
        (Lookup, Model, Columns, IsTable) = (lookup, model, columns, isTable);
        Names = [.. columns.Select(static column => column.Name)];
        var inputs = lookup.Inputs.Select(static input => input.Name).ToList();
        _slots =
        [
            .. Names.Select((name, at) => new LookupSlot(name, at, inputs.IndexOf(name))),
            .. inputs.Index().Where(input => !Names.Contains(input.Item)).Select(static input => new LookupSlot(input.Item, -1, input.Index)),
        ];
        Keys = string.Join(", ", lookup.Inputs.Where(static input => input.IsKey).Select(static input => input.Name));
    }

    public FeatureLookup Lookup { get; }

    public ModelDeclaration Model { get; }

    /// <summary>All that the model takes, in its order.</summary>
    public IReadOnlyList<LookupColumn> Columns { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether the columns are those of one tensor of rows; else each is a tensor.</summary>
    public bool IsTable { get; }

    /// <summary>Names of the keys' columns, for people.</summary>
    public string Keys { get; }

    /// <summary>Binds a lookup to a model; null, and why, where nothing can be looked up for it.</summary>
    /// <param name="lookup">What is there.</param>
    /// <param name="model">What is wanted.</param>
    /// <param name="named">Names of the columns of its only input; null for those of its signature.</param>
    /// <param name="why">Why it cannot be.</param>
    public static LookupBinding? Of(FeatureLookup lookup, ModelDeclaration model, IReadOnlyList<string>? named, out string? why)
    {
        var columns = named ?? (model.Inputs.Count == 1 ? model.Columns : []);
        var isTable = columns.Count > 0;
        why = model.Inputs.Count == 0 ? "the model does not say what it takes"
            : isTable ? TableProblem(model, columns)
            : model.Inputs.FirstOrDefault(static input => !IsColumn(input)) is not { } wide ? null
            : model.Inputs.Count == 1 ? $"nothing names the columns of the model's input '{wide.Name}' ({wide}): name them in 'features: {{columns: [...]}}' of the deployment, or in the model's signature"
            : $"the model's input '{wide.Name}' ({wide}) is more than a column";
        if (why is not null)
            return null;
        var bound = isTable
            ? columns.Select(name => LookupColumn.Of(name, model.Inputs[0].Type, lookup.Features)).ToList()
            : [.. model.Inputs.Select(input => LookupColumn.Of(input.Name, input.Type, lookup.Features))];
        if (bound.Any(static column => column.Feature >= 0))
            return new(lookup, model, bound, isTable);
        why = $"none of the model's columns ({List(bound.Select(static column => column.Name))}) is among the features ({List(lookup.Features.Select(static feature => feature.Name))}): {bound[0].Why}";
        return null;
    }

    /// <summary>The slot of a property's name; null for none. Names mostly come in the same order, so the search begins after the last one.</summary>
    public LookupSlot? Slot(ref Utf8JsonReader json, ref int last)
    {
        for (var step = 1; step <= _slots.Length; step++)
        {
            var at = last + step;
            at = at >= _slots.Length ? at - _slots.Length : at;
            if (!json.ValueTextEquals(_slots[at].Utf8))
                continue;
            last = at;
            return _slots[at];
        }

        return null;
    }

    /// <summary>The slot of a name; null for none.</summary>
    public LookupSlot? Slot(string name) => Array.Find(_slots, slot => slot.Name == name);

    /// <summary>What a name may be, for people.</summary>
    public string Taken => $"the model takes {List(Names)}; features are looked up by {Inputs}";

    private string Inputs => List(Lookup.Inputs.Select(static input => input.Name));

    private static string? TableProblem(ModelDeclaration model, IReadOnlyList<string> columns)
    {
        if (model.Inputs.Count != 1)
            return $"the deployment names {columns.Count} columns of one input, and the model has {model.Inputs.Count} inputs";
        var input = model.Inputs[0];
        var width = input.Shape.Count == 2 ? input.Shape[1] : input.Shape.Count == 1 ? 1 : 0;
        return width < 0 || width == columns.Count ? null : $"the model's input '{input.Name}' ({input}) has another number of columns than the {columns.Count} that are named";
    }

    private static bool IsColumn(ModelTensor input) => input.Shape.Count == 1 || input.Shape is [_, 1];

    private static string List(IEnumerable<string> names)
    {
        const int shown = 12;
        var all = names.ToList();
        return all.Count <= shown ? string.Join(", ", all) : $"{string.Join(", ", all.Take(shown))} and {all.Count - shown} more";
    }
}
