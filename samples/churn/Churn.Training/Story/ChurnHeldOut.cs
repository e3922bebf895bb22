using System.Globalization;
using System.Text;
using Orrery.Client;
using Spectre.Console;

namespace Churn;

/// <summary>
/// The customers that nothing was trained or chosen on, as a file on the server, for evaluations and explanations: what the models take, under the names
/// of the feature service, the label, and what groups are made of.
/// </summary>
internal sealed class ChurnHeldOut(OrreryClient client, IAnsiConsole console)
{
    public const string File = "churn/held_out.csv";

    /// <summary>Uploads them.</summary>
    /// <param name="data">The whole.</param>
    /// <param name="cancel">Breaks off.</param>
    public async Task UploadAsync(ChurnData data, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("churn-");
        try
        {
            var local = Path.Combine(folder.FullName, "held_out.csv");
            await System.IO.File.WriteAllTextAsync(local, Write(data), cancel);
            await client.Features.UploadFileAsync(local, File, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        console.MarkupLineInterpolated($"[bold]Held out[/]  {data.Test.Rows:N0} customers are on the server as {File}");
    }

    internal static string Write(ChurnData data)
    {
        var csv = new StringBuilder("customer_id,").AppendJoin(',', ChurnFeatures.Inputs).Append(",contract,churn\n");
        foreach (var row in Split.Draw(data.All.Labels, Sweep.Seed).Test)
        {
            csv.Append(CultureInfo.InvariantCulture, $"C{row:00000}");
            foreach (var value in data.All.Inputs.Row(row))
                csv.Append(CultureInfo.InvariantCulture, $",{(float)value:R}");
            csv.Append(CultureInfo.InvariantCulture, $",{data.File.Customers[row].Contract},{data.All.Labels[row]}\n");
        }

        return csv.ToString();
    }
}
