using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops audit keys</c>.</summary>
internal static class AuditKeys
{
    public static Command Create()
    {
        var rotate = new Command("rotate", "Sign checkpoints with a new key from now on.").Does(async session =>
        {
            var key = await session.Client.Audit.RotateKeysAsync(session.Cancel);
            session.Output.Line(key, $"Checkpoints are signed with key {key.KeyId} from now on.");
        });
        return new Command("keys", "List the public keys that checkpoints are signed with; keep them where the server's administrators cannot write.") { rotate }.Does(async session =>
        {
            var keys = await session.Client.Audit.ListKeysAsync(session.Cancel);
            session.Output.List(
                new AuditKeyList { Keys = keys },
                keys,
                null,
                ("KEY", key => key.KeyId),
                ("FROM", key => Printable.Time(DateTimeOffset.FromUnixTimeMilliseconds(key.NotBefore))),
                ("UNTIL", key => Printable.Time(DateTimeOffset.FromUnixTimeMilliseconds(key.NotAfter))),
                ("PUBLIC KEY", key => key.PublicKey));
        });
    }
}
