using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops me second-factor status</c>.</summary>
internal static class SecondFactorStatusVerb
{
    public static Command Create() => new Command("status", "Show whether you have a second factor.").Does(async session =>
    {
        var status = await session.Client.Identity.GetSecondFactorAsync(session.Cancel);
        session.Output.Details(
            status,
            ("Second factor", status.Enabled ? "on" : "off"),
            ("Since", Printable.Time(status.ConfirmedAt)),
            ("Recovery codes", status.Enabled ? status.RecoveryCodesLeft.ToString(CultureInfo.InvariantCulture) : null));
    });
}
