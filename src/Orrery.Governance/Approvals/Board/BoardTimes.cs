using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>When boards meet, in UTC.</summary>
internal static class BoardTimes
{
    /// <summary>A time of a day as <c>14:00</c>; null for what is none.</summary>
    public static TimeOnly? Read(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>The meeting that is on, or the next one.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) Next(ApprovalBoardSpec board, DateTimeOffset now)
    {
        var day = Enum.Parse<DayOfWeek>(board.Day, ignoreCase: true);
        var (from, until) = (Read(board.From)!.Value, Read(board.Until)!.Value);
        var date = DateOnly.FromDateTime(now.UtcDateTime).AddDays(((int)day - (int)now.UtcDateTime.DayOfWeek + 7) % 7);
        if (now >= At(date, until))
            date = date.AddDays(7);
        return (At(date, from), At(date, until));
    }

    private static DateTimeOffset At(DateOnly date, TimeOnly time) => new(date.ToDateTime(time), TimeSpan.Zero);
}
