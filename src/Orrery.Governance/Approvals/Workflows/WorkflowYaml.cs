using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Workflows as they are written, and as they are counted.</summary>
internal static class WorkflowYaml
{
    /// <summary>Longest text, characters.</summary>
    public const int MaxLength = 64 << 10;

    private const string Code = "governance.invalid_workflow";

    // What the schema does not know is refused: a misspelt quorum must not be no quorum.
    private static readonly JsonSerializerOptions Strict = new(OrreryJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.Strict };

    /// <summary>Reads and checks one; <c>governance.invalid_workflow</c>.</summary>
    public static Result<ApprovalWorkflowSpec> Read(string yaml)
    {
        if (yaml.Length > MaxLength)
            return Failure.Invalid(Code, $"The workflow has {yaml.Length} characters; it may have {MaxLength}.");
        if (UntrustedYaml.Read(yaml).Failed(out var broken, out var node))
            return Failure.Invalid(Code, broken.Message);
        if (node is not System.Text.Json.Nodes.JsonObject)
            return Failure.Invalid(Code, "A workflow is a mapping with 'name' and 'stages'.");
        try
        {
            var spec = node.Deserialize((System.Text.Json.Serialization.Metadata.JsonTypeInfo<ApprovalWorkflowSpec>)Strict.GetTypeInfo(typeof(ApprovalWorkflowSpec)))!;
            return WorkflowRules.Problem(spec) is { } wrong ? Failure.Invalid(Code, wrong) : spec;
        }
        catch (JsonException wrong)
        {
            return Failure.Invalid(Code, $"The workflow does not fit docs/api/workflow.schema.json{(wrong.Path is { Length: > 0 } path ? $" at {path}" : "")}: {Short(wrong.Message)}");
        }
    }

    /// <summary>SHA-256 of the canonical JSON, lower-case hexadecimal.</summary>
    public static string Sha256(ApprovalWorkflowSpec spec)
    {
        var text = new StringBuilder();
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(spec, OrreryJson.TypeOf<ApprovalWorkflowSpec>()));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Short(string message) => message.Split(" Path:", 2)[0] is var first && first.Length > 300 ? first[..300] : first;
}
