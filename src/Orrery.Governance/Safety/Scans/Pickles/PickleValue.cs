namespace Orrery.Governance;

/// <summary>A value on the stack of a pickle that is looked at and not run.</summary>
internal sealed class PickleValue(PickleKind kind)
{
    /// <summary>Entries of a dictionary that are kept.</summary>
    public const int MostFields = 256;

    public static readonly PickleValue Other = new(PickleKind.Other);

    public PickleKind Kind => kind;

    /// <summary>The text; of something imported, its name.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of something imported.</summary>
    public string Module { get; init; } = "";

    public long Number { get; init; }

    /// <summary>Of a tuple; of a call, its arguments.</summary>
    public IReadOnlyList<PickleValue> Items { get; init; } = [];

    /// <summary>What was called.</summary>
    public PickleValue? Callee { get; init; }

    /// <summary>Of a dictionary, by texts.</summary>
    public Dictionary<string, PickleValue>? Fields { get; private set; }

    /// <summary>What a call's result was given by BUILD.</summary>
    public PickleValue? State { get; set; }

    public static PickleValue OfText(string text) => new(PickleKind.Text) { Text = text };

    public static PickleValue OfNumber(long number) => new(PickleKind.Number) { Number = number };

    public bool Is(string module, string name) => kind is PickleKind.Global && Module == module && Text == name;

    public void Put(PickleValue key, PickleValue value)
    {
        if (kind is not PickleKind.Dict || key.Kind is not PickleKind.Text)
            return;
        Fields ??= [];
        if (Fields.Count < MostFields)
            Fields[key.Text] = value;
    }
}
