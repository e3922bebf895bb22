using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/privacy/opt-outs</c>. Keys of subjects come in bodies, never in addresses, which are logged.</summary>
internal static class OptOutEndpoints
{
    private const string Csv = "text/csv";
    private const int MostBytes = 32 << 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/privacy/opt-outs").WithTags("Privacy");
        all.MapPost("", AddAsync).RequirePermission(Permissions.Privacy).WithName("OptOut").WithSummary("Opts a subject out of training, predictions or both.");
        all.MapPost("bulk", BulkAsync).RequirePermission(Permissions.Privacy).WithName("OptOutMany").WithSummary("Opts many subjects out, of a CSV with the columns of their key.");
        all.MapDelete("", RemoveAsync).RequirePermission(Permissions.Privacy).WithName("OptIn").WithSummary("Takes a subject's opt-out back.");
        all.MapPost("find", FindAsync).RequirePermission(Permissions.Privacy).WithName("FindOptOuts").WithSummary("What a subject has opted out of.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Privacy).WithName("ListOptOuts").WithSummary("Opt-outs, by the codes of subjects.");
    }

    private static async Task<Answer<OptOut>> AddAsync(OptOutSubject body, HttpContext context, OptOuts optOuts, CancellationToken cancel) =>
        await optOuts.AddAsync(context.Actor(), body, cancel);

    private static async Task<Answer<OptOutCounts>> RemoveAsync([FromBody] OptOutSubject body, HttpContext context, OptOuts optOuts, CancellationToken cancel) =>
        await optOuts.RemoveAsync(context.Actor(), body, cancel);

    private static async Task<Answer<OptOutPage>> FindAsync(OptOutSubject body, HttpContext context, OptOuts optOuts, CancellationToken cancel) =>
        optOuts.Row(context.Actor(), body).Failed(out var wrong, out var row) ? wrong : await optOuts.ListAsync(context.Actor(), row.Subject, null, null, cancel);

    private static async Task<Answer<OptOutPage>> ListAsync(int? limit, string? page_token, HttpContext context, OptOuts optOuts, CancellationToken cancel) =>
        await optOuts.ListAsync(context.Actor(), null, limit, page_token, cancel);

    private static async Task<Answer<OptOutCounts>> BulkAsync(HttpContext context, OptOuts optOuts, CancellationToken cancel)
    {
        if (context.Request.ContentType?.StartsWith(Csv, StringComparison.OrdinalIgnoreCase) is not true)
            return Failure.Invalid("governance.invalid_opt_outs", $"Send the list as {Csv} (header Content-Type).");
        using var buffer = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; (read = await context.Request.Body.ReadAsync(part, cancel)) > 0;)
        {
            if (buffer.Length + read > MostBytes)
                return new Failure(FailureKind.TooLarge, "governance.invalid_opt_outs", $"A list may have {MostBytes >> 20} MiB; send it in parts.");
            buffer.Write(part, 0, read);
        }

        return await optOuts.AddAsync(context.Actor(), Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length).TrimStart('\ufeff'), cancel);
    }
}
