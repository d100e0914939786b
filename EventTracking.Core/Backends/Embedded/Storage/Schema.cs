using System.Globalization;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>The tables, as migration steps from each version to the next. A released step never changes.</summary>
internal static class Schema
{
    /// <summary>
    /// Event rows are wide, so they live in a rowid table in order of arrival, and only the id has a full index. Everything
    /// that an ordinary event does not need is in partial indexes, which it never touches. (SQLite checks their conditions
    /// at every write and would rebuild a list after IN as a table each time, hence the range of statuses.)
    /// </summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE events (
            row INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            source TEXT NOT NULL,
            account TEXT NOT NULL,
            topic TEXT NOT NULL,
            function TEXT NOT NULL,
            entity TEXT,
            received_at INTEGER NOT NULL,
            trace_id TEXT,
            causation_id TEXT,
            correlation_id TEXT NOT NULL,
            status INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            attempt_count INTEGER NOT NULL,
            lease_until INTEGER,
            segment TEXT,
            segment_offset INTEGER,
            segment_length INTEGER,
            sha256 BLOB,
            waiting_on TEXT,
            requeued INTEGER,
            fingerprint TEXT,
            error TEXT,
            attempts TEXT,
            interventions TEXT,
            effects TEXT,
            effect_count INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX events_by_id ON events (id);
        CREATE INDEX events_by_entity ON events (entity, id) WHERE entity IS NOT NULL;
        CREATE INDEX events_by_attention ON events (status, id, function, fingerprint) WHERE status BETWEEN 5 AND 7;
        CREATE INDEX events_by_dependency ON events (waiting_on, id) WHERE waiting_on IS NOT NULL;
        CREATE INDEX events_requeued ON events (id) WHERE requeued IS NOT NULL;

        CREATE TABLE queue (
            item INTEGER PRIMARY KEY,
            function TEXT NOT NULL,
            event_row INTEGER NOT NULL,
            visible_at INTEGER NOT NULL,
            sent_at INTEGER NOT NULL,
            receive_count INTEGER NOT NULL,
            receipt INTEGER NOT NULL,
            in_flight INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX queue_by_visibility ON queue (function, visible_at);
        CREATE TABLE dead_letters (
            letter INTEGER PRIMARY KEY,
            function TEXT NOT NULL,
            event_row INTEGER NOT NULL,
            sent_at INTEGER NOT NULL,
            died_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX dead_letters_by_function ON dead_letters (function);

        CREATE TABLE open_segment (slot INTEGER PRIMARY KEY, segment TEXT NOT NULL, length INTEGER NOT NULL) STRICT;
        """,
        """
        CREATE TABLE products (
            product_id INTEGER PRIMARY KEY,
            sku TEXT NOT NULL,
            inventory_item_id INTEGER NOT NULL,
            location_id INTEGER NOT NULL,
            bp_availability INTEGER,
            bp_read_at INTEGER,
            sh_availability INTEGER,
            sh_read_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX products_by_inventory_item ON products (inventory_item_id);
        CREATE INDEX products_with_discrepancy ON products (product_id) WHERE bp_availability <> sh_availability;
        """,
        // The product catalog becomes one of several collections that an integration may have.
        """
        CREATE TABLE records (
            collection TEXT NOT NULL,
            id INTEGER NOT NULL,
            content TEXT NOT NULL,
            label TEXT,
            version TEXT NOT NULL,
            PRIMARY KEY (collection, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX records_by_label ON records (collection, label, id) WHERE label IS NOT NULL;
        INSERT INTO records (collection, id, content, label, version)
        SELECT 'product', product_id,
            json_object('sku', sku, 'item', inventory_item_id, 'location', location_id,
                'bp_availability', bp_availability, 'bp_read_at', bp_read_at, 'sh_availability', sh_availability, 'sh_read_at', sh_read_at),
            iif(bp_availability <> sh_availability, 'drift', NULL), lower(hex(randomblob(16)))
        FROM products;
        INSERT INTO records (collection, id, content, label, version)
        SELECT 'item', inventory_item_id, json_object('product', product_id), NULL, lower(hex(randomblob(16))) FROM products;
        DROP TABLE products;

        ALTER TABLE events RENAME COLUMN interventions TO history;
        ALTER TABLE events ADD COLUMN retry_at INTEGER;
        UPDATE events SET retry_at = lease_until, lease_until = NULL WHERE status BETWEEN 5 AND 7 AND status = 6;
        """,
        // How long an item is hidden does not depend on whether the clock was right when it was hidden.
        """
        ALTER TABLE queue ADD COLUMN hidden_at INTEGER NOT NULL DEFAULT 0;
        UPDATE queue SET hidden_at = sent_at;
        """,
        // What needs attention is listed by when it happened, which every row has known since the first version.
        """
        CREATE INDEX events_by_attention_time ON events (status, updated_at, id, function, fingerprint) WHERE status BETWEEN 5 AND 7;
        """,
        // How often an event was postponed, which does not count as an attempt.
        """
        ALTER TABLE events ADD COLUMN postponed INTEGER NOT NULL DEFAULT 0;
        """,
        // The links of an event, the keys by which operators search, and what each function did in five minutes.
        """
        ALTER TABLE events ADD COLUMN delivery_id TEXT;
        ALTER TABLE events ADD COLUMN edits TEXT;
        CREATE TABLE search_keys (value TEXT NOT NULL, event_id TEXT NOT NULL, PRIMARY KEY (value, event_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX search_keys_by_event ON search_keys (event_id);
        CREATE TABLE activity (function TEXT NOT NULL, slot INTEGER NOT NULL, amounts TEXT NOT NULL, PRIMARY KEY (function, slot)) STRICT, WITHOUT ROWID;
        """,
        // What lists show about a failure in addition to its message; null for failures of earlier versions.
        """
        ALTER TABLE events ADD COLUMN failure TEXT;
        """,
        // The hash of a payload's body is followed by that of its head, in the same column. Earlier versions would take such a payload for damaged.
        "",
    ];

    /// <summary>Migrates a database to the newest version, each step in its own transaction.</summary>
    /// <exception cref="DataFolderException">A newer version of the product, or something else, wrote the database.</exception>
    public static void Migrate(Database database, string file)
    {
        var version = database.GetNumber("PRAGMA user_version");
        if (version > Steps.Count)
        {
            throw new DataFolderException(
                $"The database '{file}' has schema version {version}, but this version of the product knows only {Steps.Count}. Run the version that wrote it, or a newer one.");
        }

        if (version < 0)
        {
            throw new DataFolderException($"The database '{file}' has schema version {version}, which no version of the product writes: something else has changed it. Restore it from a backup.");
        }

        for (var step = (int)version; step < Steps.Count; step++)
        {
            database.Run(string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;"));
        }
    }
}
