namespace Orrery.Cli;

/// <summary>Help that belongs to no single verb.</summary>
internal static class HelpTopics
{
    public const string ExitCodeTexts = """
        Exit codes:
            0  done
            1  failed, or not all of it was done
            2  the command line is wrong, or the server found a value in it wrong (400)
            3  what was named does not exist (404)
            4  refused: it exists already, its state does not allow it, or you may not (401, 403, 409)
            5  the server cannot be reached or did not answer in time
            6  people have to decide first, and --no-wait said not to wait for them
          130  ended by Ctrl-C or SIGTERM

        """;

    private const string Environment = """
        An option wins over the environment, that over the profile, that over the default.

          MLFLOW_TRACKING_URI, ORRERY_SERVER     the server (--server)
          ORRERY_WORKSPACE                       the workspace (--workspace)
          ORRERY_PROFILE                         the profile (--profile)
          ORRERY_CONFIG                          the file with your profiles; else $XDG_CONFIG_HOME/orrery/config.json,
                                                 else ~/.config/orrery/config.json
          MLFLOW_TRACKING_TOKEN                  a token; else the profile's, which only the profile's server is sent
          MLFLOW_TRACKING_USERNAME, ..._PASSWORD name and password, where there is no token
          ORRERY_CODE                            code of your authenticator, for one call
          NO_COLOR                               no colours, even on a terminal

        """;

    /// <summary>The text of a topic; null for what is none.</summary>
    public static string? Find(string[] words) => words switch
    {
        ["exit-codes"] => ExitCodeTexts,
        ["environment"] => Environment,
        _ => null,
    };
}
