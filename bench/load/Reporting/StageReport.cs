namespace Orrery.Load;

/// <summary>All that was measured on one kind of database.</summary>
/// <param name="Stage">SQLite or PostgreSQL.</param>
/// <param name="IsPostgres">Which of MLflow's figures are compared.</param>
internal sealed record StageReport(string Stage, bool IsPostgres)
{
    public IReadOnlyList<OperationResult> Baseline { get; set; } = [];

    public IReadOnlyList<OperationResult> Searches { get; set; } = [];

    public IReadOnlyList<TransferResult> Transfers { get; set; } = [];

    public IReadOnlyList<LimitResult> Limits { get; set; } = [];

    public StartResult? Start { get; set; }
}
