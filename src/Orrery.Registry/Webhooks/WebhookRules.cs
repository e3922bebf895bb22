using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>What a webhook may be called and where it may go, with MLflow's messages.</summary>
internal static partial class WebhookRules
{
    public const int MaxUrl = 2048;
    public const int MaxSecret = 1000;
    public const int MaxDescription = 1000;

    public static Failure? CheckName(string name) => Name.IsMatch(name)
        ? null
        : Invalid($"Webhook name '{RegistryText.Clip(name)}' is invalid. It must start and end with a letter or digit, be less than 63 characters long, "
            + "and contain only letters, digits, dots (.), underscores (_), and hyphens (-).");

    /// <summary>Why a URL cannot be one; null when it can. Where its name leads is looked at when it is called.</summary>
    public static Failure? CheckUrl(string url, bool allowPrivate)
    {
        if (string.IsNullOrWhiteSpace(url))
            return Invalid($"Webhook URL cannot be empty or just whitespace: '{RegistryText.Clip(url)}'");
        if (url.Length > MaxUrl)
            return Orrery.Tracking.Names.TooLong("url", url, MaxUrl);
        if (SourceRules.SchemeOf(url) is var scheme && scheme is not ("http" or "https"))
            return Invalid($"Invalid webhook URL scheme: '{RegistryText.Clip(scheme)}'. Allowed schemes are: https, http.");
        if (url.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\') || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return Invalid($"Invalid webhook URL '{RegistryText.Clip(url)}': give an absolute one such as https://host/path.");
        if (uri.UserInfo.Length > 0)
            return Invalid("Invalid webhook URL: it has a user name or password. Sign deliveries with a secret instead.");
        return allowPrivate || PublicAddresses.MayBe(uri.DnsSafeHost)
            ? null
            : Invalid($"Invalid webhook URL '{RegistryText.Clip(url)}': {uri.DnsSafeHost} is not a public address. "
                + "Webhooks into private networks need Orrery:Webhooks:AllowPrivateNetworks.");
    }

    public static Failure? CheckEvents(IReadOnlyList<WebhookEvent> events) =>
        events.Count == 0 ? Invalid("Webhook events must be a non-empty list of WebhookEvent objects: [].") : null;

    public static Failure? CheckPage(long size) => size is < 1 or > 1000
        ? Invalid($"max_results must be between 1 and 1000. Got {size.ToString(CultureInfo.InvariantCulture)}.")
        : null;

    public static Failure Invalid(string message) => Failure.Invalid("registry.invalid_webhook", message);

    [GeneratedRegex(@"\A(?=.{1,63}\z)[a-z0-9]([a-z0-9._-]*[a-z0-9])?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }
}
