using Microsoft.AspNetCore.Http;

namespace Orrery.Tenancy;

/// <summary>Tells callers that a soft limit is passed.</summary>
public static class QuotaWarnings
{
    /// <summary>Header of an answer: what is used, and of how much.</summary>
    public const string Header = "X-Orrery-Quota-Warning";

    /// <summary>Warns in the answer's header when the workspace is above its soft limit. Before the answer begins.</summary>
    public static void Warn(this Quotas quotas, HttpContext context, string kind)
    {
        if (quotas.Warning(context.Actor().Workspace, kind) is { } warning)
            context.Response.Headers.Append(Header, warning);
    }
}
