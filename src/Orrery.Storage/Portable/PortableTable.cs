namespace Orrery.Storage;

/// <summary>
/// What becomes of a table when a workspace moves to another installation. Every table with <c>tenant_id</c> has one; a module registers
/// those of its own with <see cref="StorageModule.AddPortableTables"/>.
/// </summary>
public sealed class PortableTable
{
    private readonly HashSet<string> _derivedNames;
    private string? _select;
    private string? _insert;
    private string? _delete;

    private PortableTable(string name, IReadOnlyList<string> key, IReadOnlyList<PortableColumn> columns, IReadOnlyList<(string Name, string Sql)> derived, string? stays)
    {
        Name = name;
        Key = key;
        Columns = columns;
        Derived = derived;
        Stays = stays;
        _derivedNames = [.. derived.Select(static d => d.Name)];
        KeyIndexes = [.. key.Select(part => Columns.Select(static c => c.Name).ToList().IndexOf(part))];
        if (KeyIndexes.Contains(-1))
            throw new ArgumentException($"A part of {name}'s key is not among its columns.", nameof(key));
    }

    /// <summary>The table.</summary>
    public string Name { get; }

    /// <summary>Its primary key after <c>tenant_id</c>.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>What travels of it.</summary>
    public IReadOnlyList<PortableColumn> Columns { get; }

    /// <summary>Columns that are computed on arrival, by SQL of the arriving row (<c>rows.value</c>): what stays behind, or follows from others.</summary>
    public IReadOnlyList<(string Name, string Sql)> Derived { get; }

    /// <summary>Why it does not travel; null when it does.</summary>
    public string? Stays { get; }

    /// <summary>What people should know when it brought rows along; null for nothing.</summary>
    public string? Note { get; private init; }

    /// <summary>Begins the blob keys of a <see cref="PortableType.BlobKey"/> column that are none: their content lies in another table.</summary>
    public string? OwnKeys { get; private init; }

    /// <summary>The folders of a workspace that its blob keys lie in: <c>artifacts/</c>.</summary>
    public string BlobFolder { get; private init; } = "";

    /// <summary>What is wrong with an arriving row, beyond its single columns; null for nothing. The columns come in their order.</summary>
    public Func<object?[], string?>? Check { get; private init; }

    /// <summary>What its rows name, and what must be there when all have arrived.</summary>
    public IReadOnlyList<PortableReference> References { get; private init; } = [];

    internal IReadOnlyList<int> KeyIndexes { get; }

    internal string Select => _select ??=
        $"select {string.Join(", ", Columns.Select(static c => "t." + c.Name))}\n  from {Name} t\n where t.tenant_id = @tenant\n order by {string.Join(", ", Key.Select(static k => "t." + k))}";

    internal string Insert => _insert ??=
        $"insert into {Name} ({string.Join(", ", ["tenant_id", .. Columns.Select(static c => c.Name), .. _derivedNames])})\n"
        + $"select {string.Join(", ", ["@tenant", .. Columns.Select(static c => "rows." + c.Name), .. Derived.Select(static d => d.Sql)])}\n  from {{rows}}";

    internal string Delete => _delete ??=
        $"delete from {Name}\n where ({KeyText}) in (select {KeyText} from {Name} where tenant_id = @tenant order by {KeyText} limit @limit)";

    private string KeyText => string.Join(", ", ["tenant_id", .. Key]);

    /// <summary>A table that travels.</summary>
    /// <param name="name">The table.</param>
    /// <param name="key">Its primary key after <c>tenant_id</c>.</param>
    /// <param name="columns">Each as <c>ended_at whole?</c>, <c>name text(250)</c>, <c>lifecycle text(active|deleted)</c>.</param>
    /// <param name="derived">Columns that are computed on arrival.</param>
    /// <param name="allows">What may stand in a column of text, beyond its type and length.</param>
    /// <param name="blobFolder">See <see cref="BlobFolder"/>.</param>
    /// <param name="ownKeys">See <see cref="OwnKeys"/>.</param>
    /// <param name="note">See <see cref="Note"/>.</param>
    /// <param name="check">See <see cref="Check"/>.</param>
    /// <param name="references">See <see cref="References"/>.</param>
    public static PortableTable Travels(
        string name,
        string[] key,
        string[] columns,
        (string Name, string Sql)[]? derived = null,
        IReadOnlyDictionary<string, Func<string, bool>>? allows = null,
        string blobFolder = "",
        string? ownKeys = null,
        string? note = null,
        Func<object?[], string?>? check = null,
        PortableReference[]? references = null) =>
        new(name, key, [.. columns.Select(PortableColumn.Parse).Select(c => c with { Allows = allows?.GetValueOrDefault(c.Name) })], derived ?? [], stays: null)
        {
            BlobFolder = blobFolder,
            OwnKeys = ownKeys,
            Note = note,
            Check = check,
            References = references ?? [],
        };

    /// <summary>A table that stays.</summary>
    /// <param name="name">The table.</param>
    /// <param name="why">The reason, fit to be shown.</param>
    public static PortableTable Remains(string name, string why) => new(name, [], [], [], why);
}
