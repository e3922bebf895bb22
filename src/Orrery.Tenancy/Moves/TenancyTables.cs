using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>What becomes of Tenancy's tables, and of the audit trail's, when a workspace moves.</summary>
internal static class TenancyTables
{
    private const string Trail = "The trail stays with the server that wrote it. An archive has a copy that can be verified, as evidence.";
    private const string Ledger = "What was used was used, and billed, where the workspace was; imported it would be billed again.";
    private const string Time = "whole(0..253402300799999)";
    private const string Limits = "Quotas are the platform's to set: the new installation has its own.";

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("aud_inbox", Trail),
        PortableTable.Remains("aud_entry", Trail),
        PortableTable.Remains("aud_chain", Trail),
        PortableTable.Remains("aud_day", Trail),
        PortableTable.Remains("aud_checkpoint", Trail),
        PortableTable.Remains("aud_key", "Keys never leave their server."),
        PortableTable.Remains("aud_subject_key", "Keys never leave their server."),
        PortableTable.Remains("aud_hold", "It holds the trail, which stays."),
        PortableTable.Remains("ten_workspace", "The archive's manifest has what the workspace says of itself; its number is the new server's."),
        PortableTable.Travels(
            "ten_role",
            ["name"],
            ["name text(63)", "description text(400)", "permissions text(4000)", $"updated_at {Time}"],
            allows: new Dictionary<string, Func<string, bool>>
            {
                ["name"] = static name => WorkspaceName.IsValid(name) && Roles.Find(name) is null,
                ["permissions"] = static names => names.Split(' ').All(static name => PermissionCatalogue.Find(name) is { Scope: PermissionScope.Workspace }),
            }),
        PortableTable.Remains("ten_grant", "The archive has grants by the names of people; they are given anew to those that the new server knows."),
        PortableTable.Remains("ten_quota", Limits),
        PortableTable.Remains("ten_quota_day", Limits),
        PortableTable.Remains("ten_reservation", "What is reserved is reserved of the server it runs on."),
        PortableTable.Remains("ten_usage", Ledger),
        PortableTable.Remains("ten_billing", Ledger),
        PortableTable.Remains("ten_statement", Ledger),
        PortableTable.Remains("ten_price", "Prices are the platform's."),
        PortableTable.Travels(
            "ten_budget",
            ["cost_center"],
            [$"cost_center text({Budgets.LongestCostCenter})", $"amount_cents whole(1..{Budgets.Most}00)", "updated_by text(512)", $"updated_at {Time}"],
            allows: new Dictionary<string, Func<string, bool>>
            {
                ["cost_center"] = Budgets.IsCostCenter,
                ["updated_by"] = static name => !name.Any(char.IsControl),
            }),
        PortableTable.Remains("ten_budget_alert", "Alerts were told where they happened."),
        PortableTable.Remains("ten_import", "An import is of the server that performs it."),
        PortableTable.Remains("ten_import_end", "An import is of the server that performs it."),
    ];
}
