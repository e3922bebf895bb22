namespace Orrery.Storage;

/// <summary>Another server holds the SQLite file. Ends the start with its message.</summary>
public sealed class DatabaseLockedException : Exception
{
    /// <summary>With what a person should do.</summary>
    public DatabaseLockedException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>With what a person should do.</summary>
    public DatabaseLockedException(string message)
        : base(message)
    {
    }

    /// <summary>Without saying why.</summary>
    public DatabaseLockedException()
    {
    }
}
