using System.Collections.Frozen;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The workflows that every workspace has.</summary>
internal static class BuiltInWorkflows
{
    private const string Prefix = "approvals.workflow.";

    /// <summary>By name, version 0 each.</summary>
    public static readonly FrozenDictionary<string, ApprovalWorkflow> All = Load();

    /// <summary>The JSON Schema of workflows.</summary>
    public static readonly byte[] Schema = Bytes("approvals.workflow.schema.json");

    private static FrozenDictionary<string, ApprovalWorkflow> Load() => typeof(BuiltInWorkflows).Assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".yaml", StringComparison.Ordinal))
        .Select(static name => Read(System.Text.Encoding.UTF8.GetString(Bytes(name))))
        .ToFrozenDictionary(static workflow => workflow.Name);

    private static ApprovalWorkflow Read(string yaml)
    {
        if (WorkflowYaml.Read(yaml).Failed(out var wrong, out var spec))
            throw new InvalidOperationException(wrong.Message);
        return new() { Name = spec.Name, Sha256 = WorkflowYaml.Sha256(spec), InForce = spec.Tiers.Count > 0, Spec = spec, Source = yaml };
    }

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(BuiltInWorkflows).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
