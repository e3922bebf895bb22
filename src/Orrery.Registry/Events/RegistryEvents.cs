using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>The one place where the registry tells what happened: its event for those who listen, its entry for the audit trail.</summary>
internal sealed class RegistryEvents(Outbox outbox, AuditLog audit)
{
    private static readonly Dictionary<string, string> Actions = new()
    {
        [RegistryEvent.Names.ModelRegistered] = "model.create",
        [RegistryEvent.Names.ModelUpdated] = "model.update",
        [RegistryEvent.Names.ModelRenamed] = "model.rename",
        [RegistryEvent.Names.ModelDeleted] = "model.delete",
        [RegistryEvent.Names.ModelTagSet] = "model.tag.set",
        [RegistryEvent.Names.ModelTagRemoved] = "model.tag.delete",
        [RegistryEvent.Names.VersionRegistered] = "model.version.create",
        [RegistryEvent.Names.VersionUpdated] = "model.version.update",
        [RegistryEvent.Names.VersionStageChanged] = "model.version.stage",
        [RegistryEvent.Names.VersionDeleted] = "model.version.delete",
        [RegistryEvent.Names.VersionTagSet] = "model.version.tag.set",
        [RegistryEvent.Names.VersionTagRemoved] = "model.version.tag.delete",
        [RegistryEvent.Names.AliasSet] = "model.alias.set",
        [RegistryEvent.Names.AliasRemoved] = "model.alias.delete",
    };

    /// <summary>Tells an event in the caller's transaction.</summary>
    /// <param name="session">The transaction of the fact.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="name">Of <see cref="RegistryEvent.Names"/>.</param>
    /// <param name="e">What happened.</param>
    /// <param name="changed">False for a repetition that left all as it was: those who listen hear it, the trail does not.</param>
    public async ValueTask AppendAsync(DbSession session, Actor actor, string name, RegistryEvent e, bool changed = true)
    {
        var payload = e.ToJson();
        outbox.Append(session, actor, name, payload);
        if (changed)
            await audit.AppendAsync(session, actor, Record(Actions[name], e, payload));
    }

    /// <summary>Writes down that an import changed a model.</summary>
    public ValueTask ImportedAsync(DbSession session, Actor actor, RegisteredModel model) => audit.AppendAsync(session, actor,
        new AuditRecord("model.import", "model", model.Name) { After = StateHash.Of(model, RegistryJson.Default.RegisteredModel) });

    /// <summary>Writes down that an import changed a version.</summary>
    public ValueTask ImportedAsync(DbSession session, Actor actor, ModelVersion version) => audit.AppendAsync(session, actor,
        VersionRecord("model.version.import", version.Name, version.Version) with { After = StateHash.Of(version, RegistryJson.Default.ModelVersion) });

    /// <summary>Begins the entry of an act on a version.</summary>
    public static AuditRecord VersionRecord(string action, string name, long version) =>
        new(action, "model-version", string.Create(CultureInfo.InvariantCulture, $"{name}/{version}"));

    private static AuditRecord Record(string action, RegistryEvent e, string payload)
    {
        var record = e.Version is { } version ? VersionRecord(action, e.Name, version) : new AuditRecord(action, "model", e.Name);
        var gone = action.EndsWith(".delete", StringComparison.Ordinal);
        return record with
        {
            After = gone ? null : SHA256.HashData(Encoding.UTF8.GetBytes(payload)),
            Detail = Detail(e),
        };
    }

    private static string? Detail(RegistryEvent e)
    {
        var detail = new Dictionary<string, string>();
        Add("key", e.Key);
        Add("alias", e.Alias);
        Add("from", e.FromStage ?? e.OldName);
        Add("to", e.ToStage);
        Add("previous_version", e.PreviousVersion?.ToString(CultureInfo.InvariantCulture));
        return detail.Count == 0 ? null : JsonSerializer.Serialize(detail, RegistryJson.Default.DictionaryStringString);

        void Add(string name, string? value)
        {
            if (value is not null)
                detail[name] = value;
        }
    }
}
