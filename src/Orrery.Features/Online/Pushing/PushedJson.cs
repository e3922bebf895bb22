using System.Globalization;

namespace Orrery.Features;

/// <summary>Values in the history of push sources: as Feast's wire has them, but moments in ISO 8601 to the microsecond, so that nothing is lost.</summary>
internal static class PushedJson
{
    public static void Write(ByteWriter json, FeatureValue value)
    {
        if (value.IsNull || value.Kind is not FeatureKind.UnixTimestamp)
        {
            FeatureJson.Write(json, value);
            return;
        }

        if (!value.IsList)
        {
            json.Text(DateTimeOffset.UnixEpoch.AddTicks(value.AsInt64 * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            return;
        }

        json.Raw((byte)'[');
        for (var at = 0; at < value.AsList.Count; at++)
        {
            if (at > 0)
                json.Raw((byte)',');
            Write(json, value.AsList[at]);
        }

        json.Raw((byte)']');
    }
}
