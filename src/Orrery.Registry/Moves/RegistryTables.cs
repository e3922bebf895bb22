using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>What becomes of Registry's tables when a workspace moves.</summary>
internal static class RegistryTables
{
    private const string Id = "text(64)";
    private const string Name = "text(600)";
    private const string Key = "text(512)";
    private const string Number = "whole(0..9007199254740992)";
    private const string Time = "whole(-62135596800000..253402300799999)";

    private static readonly PortableReference[] OfModel = [new("reg_model", "model_id")];
    private static readonly PortableReference[] OfVersion = [new("reg_version", "model_id", "version")];

    private static readonly Dictionary<string, Func<string, bool>> Sources = new()
    {
        ["source"] = static source => !source.Any(char.IsControl),
        ["storage_uri"] = static uri => !uri.Any(char.IsControl) && !Uri.UnescapeDataString(uri).Split('/', '\\').Contains(".."),
    };

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "reg_model",
            ["model_id"],
            [
                $"model_id {Id}", $"name {Name}", "description text?", $"last_version {Number}", "created_by text(8192)", $"created_at {Time}", $"updated_at {Time}",
                "imported_from text(2600)?", "imported_updated whole?",
            ],
            allows: new Dictionary<string, Func<string, bool>> { ["name"] = static name => RegistryText.CheckName(name) is null }),
        PortableTable.Travels("reg_model_tag", ["model_id", "key"], [$"model_id {Id}", $"key {Key}", "value text"], references: OfModel),
        PortableTable.Travels(
            "reg_version",
            ["model_id", "version"],
            [
                $"model_id {Id}", $"version {Number}", "stage text(None|Staging|Production|Archived)", "description text?", "source text(8192)",
                "storage_uri text(8192)", "run_id text(512)?", "run_link text?", "logged_model_id text(512)?", "created_by text(8192)", $"created_at {Time}",
                $"updated_at {Time}", "imported_from text(2600)?", "imported_updated whole?", "below text(512)?",
            ],
            allows: Sources,
            references: OfModel),
        PortableTable.Travels("reg_version_tag", ["model_id", "version", "key"], [$"model_id {Id}", "version whole", $"key {Key}", "value text"], references: OfVersion),
        PortableTable.Travels("reg_alias", ["model_id", "alias"], [$"model_id {Id}", "alias text(512)", "version whole", "imported_version whole?"], references: OfVersion),
        PortableTable.Travels(
            "reg_package",
            ["model_id", "version"],
            [
                $"model_id {Id}", "version whole", "state text(stored|external|missing|refused)", "problem text?", "folder blobkey(1024)?", "size whole",
                "sha256 text(64)?", "document json", $"read_at {Time}",
            ],
            blobFolder: "models/"),
        PortableTable.Travels(
            "reg_package_file",
            ["model_id", "version", "path"],
            [$"model_id {Id}", "version whole", "path text(1024)", "size whole", "sha256 text(64)"],
            allows: new Dictionary<string, Func<string, bool>> { ["path"] = static path => BlobKey.IsValid(path, out _) }),
        PortableTable.Travels("reg_folder", ["folder"], ["folder blobkey(1024)", $"model_id {Id}", "version whole"], blobFolder: "models/"),
        PortableTable.Travels(
            "reg_webhook",
            ["webhook_id"],
            [$"webhook_id {Id}", "name text(8192)", "description text?", "url text(8192)", $"created_at {Time}", $"updated_at {Time}"],
            allows: new Dictionary<string, Func<string, bool>> { ["name"] = static name => WebhookRules.CheckName(name) is null },
            derived: [("secret", "null"), ("status", "'DISABLED'")],
            note: "Webhooks arrive disabled and without their secrets, which never leave a server: set the secrets and turn them on again."),
        PortableTable.Travels(
            "reg_webhook_event",
            ["webhook_id", "entity", "action"],
            [$"webhook_id {Id}", "entity text(64)", "action text(64)", $"position {Number}"],
            references: [new("reg_webhook", "webhook_id")]),
        PortableTable.Remains("reg_delivery", "Calls of webhooks are made by the server on which the events happened."),
    ];
}
