using System.Globalization;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary>Draws how far a job of the server is; where nobody watches a terminal, a remark for each tenth.</summary>
internal static class JobBar
{
    /// <param name="output">Where to.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="work">Does it, and tells how much is done, 0 to 1, and at what it is.</param>
    public static async Task WatchAsync(Output output, string title, Func<Action<double, string?>, Task> work)
    {
        if (output.Progress is not { } console)
        {
            await work(Remarks(output, title));
            return;
        }

        await console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async context =>
        {
            var task = context.AddTask(title, maxValue: 1);
            await work((done, message) =>
            {
                task.Value = done;
                task.Description = Markup.Escape(Printable.Of(Named(title, message)));
            });
        });
    }

    private static string Named(string title, string? message) => string.IsNullOrEmpty(message) ? title : message;

    private static Action<double, string?> Remarks(Output output, string title)
    {
        var told = -1;
        return (done, message) =>
        {
            var tenth = (int)(Math.Clamp(done, 0, 1) * 10);
            if (tenth <= told)
                return;
            told = tenth;
            output.Remark(string.Create(CultureInfo.InvariantCulture, $"{Named(title, message)}: {tenth * 10} %"));
        };
    }
}
