namespace Orrery.Load;

/// <summary>
/// What MLflow 3.6.1's own server reached with this operation: uvicorn, 4 workers, two shared cores, 8 client threads.
/// </summary>
/// <param name="Operation">Its name.</param>
/// <param name="Sqlite">Requests a second on SQLite.</param>
/// <param name="Postgres">Requests a second on PostgreSQL 15.</param>
/// <param name="Ms">Processor milliseconds a request, user and system of all its processes, on SQLite; null when not measured.</param>
/// <param name="Hundredfold">Searches and histories, of which 100 times less is promised.</param>
internal sealed record MlflowFigure(string Operation, double Sqlite, double Postgres, double? Ms, bool Hundredfold = false)
{
    public static IReadOnlyList<MlflowFigure> All { get; } =
    [
        new("health (client floor)", 1683, 1684, 1.6),
        new("create run", 154, 190, 12.6),
        new("log metric (single)", 281, 409, 6.8),
        new("log param (single)", 359, 498, 4.7),
        new("log batch (100 metrics)", 108, 110, 13.6),
        new("update run (finish)", 257, 378, 6.2),
        new("get run", 363, 285, 6.6),
        new("get experiment by name", 528, 456, 4.1),
        new("fill: create 2000 runs", 212, 244, 8.1),
        new("fill: log batch 10 params 10 metrics", 126, 182, 10.6),
        new("search runs: newest 100", 21, 19, 116.0, Hundredfold: true),
        new("search runs: filter+order", 12, 21, 111.0, Hundredfold: true),
        new("search runs: tag+attr LIKE", 75, 15, 30.4, Hundredfold: true),
        new("search runs: page of 1000", 1.6, 1.6, 1000.0, Hundredfold: true),
        new("search runs: walk all pages of 200", 2.8, 5.7, Ms: null),
        new("history: log batches of 1000", 19, 4.7, 70.0),
        new("get metric history (10000)", 6.0, 5.8, 416.0, Hundredfold: true),
        new("upload artifact (10 KiB)", 1142, 814, 2.4),
        new("list artifacts", 350, 232, 8.9),
        new("download artifact (10 KiB)", 270, 271, 6.4),
        new("create registered model", 119, 107, 17.2),
        new("create model version", 200, 305, 7.9),
        new("get model version", 412, 278, 6.7),
        new("get model version by alias", 544, 321, 5.4),
        new("search model versions", 328, 268, 7.4),
        new("search registered models", 42, 25, 37.8),
    ];
}
