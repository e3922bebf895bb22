using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Asks the server again and again whether the person has said yes (RFC 8628, section 3.5).</summary>
internal static class DeviceWait
{
    private static readonly TimeSpan Slower = TimeSpan.FromSeconds(5);

    public static async Task<string> ForTokenAsync(Session session, OrreryClient client, DeviceAuthorization device)
    {
        var time = session.Host.Time;
        var interval = TimeSpan.FromSeconds(Math.Max(1, device.Interval));
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(device.ExpiresIn);
        while (true)
        {
            await Task.Delay(interval, time, session.Cancel);
            try
            {
                return (await client.Identity.TakeDeviceTokenAsync(new() { DeviceCode = device.DeviceCode }, session.Cancel)).Secret;
            }
            catch (OrreryApiException wait) when (wait.ErrorCode is "authorization_pending" && time.GetUtcNow() < until)
            {
                // Nobody has decided yet.
            }
            catch (OrreryApiException slow) when (slow.ErrorCode is "slow_down" && time.GetUtcNow() < until)
            {
                interval += Slower;
            }
            catch (OrreryConnectionException) when (time.GetUtcNow() < until)
            {
                // As the RFC has it: asks less often while the server is away.
                interval += interval < TimeSpan.FromMinutes(1) ? interval : TimeSpan.Zero;
            }
            catch (OrreryApiException denied) when (denied.ErrorCode is "access_denied")
            {
                throw new NotSupportedException("You were not let in: " + denied.Message);
            }
            catch (OrreryApiException ended) when (ended.ErrorCode is "expired_token" or "authorization_pending" or "slow_down" or "invalid_grant")
            {
                throw new IOException("Nobody typed the code in time. Run 'mlops login' again.");
            }
        }
    }
}
