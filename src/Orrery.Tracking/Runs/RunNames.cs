using System.Security.Cryptography;

namespace Orrery.Tracking;

/// <summary>Names for runs that were given none: an adjective, a heavenly body, a number.</summary>
internal static class RunNames
{
    private static readonly string[] Adjectives =
    [
        "amber", "bold", "bright", "calm", "clear", "crisp", "dapper", "deft", "eager", "early", "fair", "fleet", "fond", "frank", "gentle", "glad",
        "grand", "happy", "hardy", "honest", "jolly", "keen", "kind", "lively", "loyal", "lucid", "mellow", "merry", "mild", "nimble", "noble", "patient",
        "placid", "polite", "proud", "quick", "quiet", "rapid", "ready", "sage", "serene", "sharp", "silent", "silver", "smooth", "spry", "steady", "sunny",
        "swift", "tidy", "trusty", "upbeat", "valiant", "vivid", "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Bodies =
    [
        "altair", "antares", "ariel", "callisto", "capella", "carina", "ceres", "charon", "comet", "cygnus", "deimos", "deneb", "dione", "draco", "dwarf",
        "eris", "europa", "galaxy", "ganymede", "halley", "hydra", "hyperion", "iapetus", "io", "juno", "jupiter", "lyra", "mars", "mercury", "meteor",
        "mimas", "mira", "miranda", "moon", "nebula", "neptune", "nova", "oberon", "orion", "pallas", "phobos", "phoebe", "pluto", "polaris", "procyon",
        "pulsar", "quasar", "rhea", "rigel", "saturn", "sirius", "spica", "sun", "tethys", "titan", "titania", "triton", "uranus", "vega", "venus", "vesta",
    ];

    public static string New() =>
        $"{Adjectives[RandomNumberGenerator.GetInt32(Adjectives.Length)]}-{Bodies[RandomNumberGenerator.GetInt32(Bodies.Length)]}-{RandomNumberGenerator.GetInt32(1000)}";
}
