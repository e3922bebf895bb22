using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Churn;

/// <summary>All runs of a sweep side by side, the best on the validation customers first.</summary>
internal sealed class Comparison(IEnumerable<TrainedRun> runs)
{
    private readonly TrainedRun[] _ranked = [.. runs.OrderByDescending(run => run.Valid.Auc)];

    public TrainedRun Best => _ranked[0];

    public Spectre.Console.Table ToTable()
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Rounded).AddColumn("Run");
        foreach (var column in new[] { "Valid AUC", "Log-loss", "Brier", "F1", "Steps", "Seconds" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var run in _ranked)
        {
            var (open, close) = run == Best ? ("[bold green]", "[/]") : ("", "");
            string[] cells =
            [
                Markup.Escape(run.Name), $"{run.Valid.Auc:F4}", $"{run.Valid.LogLoss:F4}", $"{run.Valid.Brier:F4}", $"{run.Valid.F1:F3}",
                $"{run.Iterations.Count}", $"{run.Elapsed.TotalSeconds:F1}",
            ];
            table.AddRow([.. cells.Select(cell => open + cell + close)]);
        }

        return table;
    }

    public string ToCsv()
    {
        var csv = new StringBuilder("run,valid_auc,valid_log_loss,valid_brier,valid_f1,steps,train_seconds\n");
        foreach (var run in _ranked)
            csv.Append(CultureInfo.InvariantCulture,
                $"{run.Name},{run.Valid.Auc:R},{run.Valid.LogLoss:R},{run.Valid.Brier:R},{run.Valid.F1:R},{run.Iterations.Count},{run.Elapsed.TotalSeconds:F3}\n");
        return csv.ToString();
    }

    public string ToSvg()
    {
        var origin = Math.Floor(_ranked[^1].Valid.Auc * 100 - 0.5) / 100;
        var bars = _ranked.Select(run => (run.Name, run.Valid.Auc)).ToArray();
        return new BarChart(
            "Comparison of the sweep", $"{_ranked.Length} runs on the same validation customers",
            string.Create(CultureInfo.InvariantCulture, $"Area under the ROC curve (the axis starts at {origin:F2})"), "F4", bars)
        {
            Origin = origin,
            Stressed = 0,
        }.ToSvg();
    }
}
