using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>The limits of one kind in one workspace.</summary>
/// <param name="Kind">Of <see cref="QuotaKinds"/>.</param>
/// <param name="Soft">Warned above; null for none.</param>
/// <param name="Hard">Refused above; null for none.</param>
/// <param name="Contact">Whom to ask for more; may be empty.</param>
internal sealed record Quota(string Kind, long? Soft, long? Hard, string Contact)
{
    public const string Exceeded = "tenancy.quota_exceeded";

    /// <summary>Why not; null when it fits.</summary>
    public Failure? Refuse(Actor actor, long used, long requested) => Hard is { } hard && requested > hard - used
        ? new(FailureKind.Denied, Exceeded, string.Create(CultureInfo.InvariantCulture,
            $"Quota {Kind} of workspace '{actor.WorkspaceName}' is exceeded: used {used}, requested {requested}, allowed {hard}. Ask {Whom} for more."))
        : null;

    /// <summary>What to say above the soft limit; null below it.</summary>
    public string? Warn(long used) => Soft is { } soft && used > soft
        ? string.Create(CultureInfo.InvariantCulture, $"{Kind}: used {used} of {soft} (soft limit){(Hard is { } hard ? $", refused above {hard}" : "")}")
        : null;

    private string Whom => Contact.Length > 0 ? Contact : "an administrator of the workspace";
}
