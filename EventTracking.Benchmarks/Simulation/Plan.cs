using System.Globalization;
using System.Text;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Replay;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The outside steps of a run: a numbered list that is generated from the seed, each step independently.</summary>
internal sealed class Plan
{
    private const string Kill = "kill";
    private const string Clock = "clock";
    private const int FewestSteps = 20;
    private const int MaxSteps = 60;
    private const int FirstNewProduct = 3000;
    private const string OnHand = "product.modified.on-hand-modified";
    private const int NearJump = 2 * 60;
    private const int FarJump = 5 * 3600;

    // Senders' times count for up to a day ahead.
    private static readonly TimeSpan MaxError = TimeSpan.FromHours(10);
    private static readonly TimeSpan Contested = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    // The weight of a kind is its relative frequency.
    private static readonly (string Name, int Weight, Action<World, string> Do)[] Kinds =
    [
        ("on-hand", 10, ChangeOnHand),
        ("several", 6, ChangeSeveral),
        ("burst", 4, SendAtOnce),
        ("new-product", 8, AddProduct),
        ("contest", 6, Contest),
        ("order", 6, PlaceOrder),
        ("edit", 5, EditAvailable),
        ("orders-imported", 2, (world, name) => world.Sources.ImportOrders(name)),
        ("unknown", 4, SendUnknown),
        ("late", 4, SendLate),
        ("reveal", 2, Reveal),
        ("created", 2, (world, name) => world.Sources.SendBrightpearl(Text(PickSynced(world, name).ProductId!.Value), "product.created", name)),
        ("garbage", 3, SendGarbage),
        ("repeat", 5, RepeatWebhook),
        ("replay", 4, (world, name) => OnEvent(world, name, id => world.Operators.Replay(id, force: false))),
        ("force", 3, (world, name) => OnEvent(world, name, id => world.Operators.Replay(id, force: true))),
        ("edited", 1, (world, name) => OnEvent(world, name, id => world.Operators.ReplayEdited(id, Encoding.UTF8.GetBytes($$"""{"inventory_item_id":{{Sources.FirstItem + 201}}}""")))),
        ("dismiss", 1, (world, name) => OnEvent(world, name, id => world.Operators.Dismiss(id))),
        ("bulk", 2, ReplayFailed),
        ("job", 3, ReplayInBulk),
        ("triage", 2, Triage),
        ("search", 2, Search),
        ("reconcile", 2, (world, name) => world.Operators.Reconcile(world.Luck.Happens($"{name}/refresh", 0.4), world.Luck.Happens($"{name}/dry", 0.2))),
        ("import", 2, (world, _) => world.Operators.ImportCatalog()),
        ("rename-item", 2, IdentitySteps.RenameItem),
        ("rename-product", 2, IdentitySteps.RenameProduct),
        ("swap-items", 3, IdentitySteps.SwapItems),
        ("swap-products", 3, IdentitySteps.SwapProducts),
        ("move-item-sku", 2, IdentitySteps.MoveItemSku),
        ("move-product-sku", 2, IdentitySteps.MoveProductSku),
        ("recreate", 3, IdentitySteps.Recreate),
        ("delete-item", 1, IdentitySteps.DeleteItem),
        ("destroy-product", 1, IdentitySteps.DestroyProduct),
        (Kill, 2, (world, _) => world.Process?.End()),
        ("freeze", 1, (world, name) => world.Timeline.Freeze(TimeSpan.FromMinutes(3) * world.Luck.Fraction(name))),
        (Clock, 2, JumpClock),
    ];

    public Plan(Luck luck, Habits habits, IReadOnlySet<int>? keep)
    {
        var count = FewestSteps + luck.Below("plan/steps", MaxSteps - FewestSteps);
        var all = Kinds.Where(kind => !(habits.IsCalm && kind.Name == Kill) && (habits.WrongClock || kind.Name != Clock)).SelectMany(kind => Enumerable.Repeat(kind, kind.Weight)).ToList();
        Steps = [.. Enumerable.Range(1, count)
            .Select(number => (Number: number, Kind: luck.Pick($"plan/{number}/kind", all)))
            .Where(step => keep is null || keep.Contains(step.Number))
            .Select(step => new PlanStep(step.Number, Length * luck.Fraction($"plan/{step.Number}/at"), step.Kind.Name, step.Kind.Do))];
    }

    public IReadOnlyList<PlanStep> Steps { get; }

    private static void ChangeOnHand(World world, string name)
    {
        var product = PickSynced(world, name);
        var warehouse = world.Luck.Pick($"{name}/warehouse", [.. world.Locations.All.SelectMany(location => location.Warehouses)]);
        world.Sources.Change(known => known.ProductId == product.ProductId, known => known.With(warehouse, known.In(warehouse) with { OnHand = world.Luck.Below($"{name}/quantity", 50) }));
        world.Sources.SendBrightpearl(Text(product.ProductId!.Value), OnHand, name);
    }

    private static void ChangeSeveral(World world, string name)
    {
        for (var id = 1; id <= 4; id++)
        {
            var current = id;
            world.Sources.Change(known => known.ProductId == current, known => known with { OnHand = world.Luck.Below($"{name}/{current}", 50) });
        }

        world.Sources.SendBrightpearl("1-4", OnHand, name);
    }

    private static void SendAtOnce(World world, string name) => SendAtOnce(world, PickSynced(world, name), name);

    // Some of these webhooks arrive while the import that the first one requested is running.
    private static void AddProduct(World world, string name)
    {
        var number = FirstNewProduct + world.Sources.Truth.Products.Count;
        var product = new SandboxProduct($"SIM-{number}", $"Simulated {number}") { ProductId = number, InventoryItemId = Sources.FirstItem + number, OnHand = 20, Available = 10 };
        world.Sources.Truth.Add(world.Sources.Everywhere(product, 3));
        SendAtOnce(world, product, name);
    }

    private static void SendAtOnce(World world, SandboxProduct product, string name)
    {
        // The webhooks come from one side only: the import of the other side would release the events once more and hide that the first missed some.
        var ofStock = world.Luck.Happens($"{name}/side", 0.5);
        for (var number = 1; number <= 6; number++)
        {
            if (ofStock)
            {
                world.Sources.SendBrightpearl(Text(product.ProductId!.Value), OnHand, $"{name}/on-hand/{number}");
            }
            else
            {
                world.Sources.SendLevel(product.InventoryItemId!.Value, $"{name}/level/{number}");
            }
        }
    }

    // Both sides change while the levels are read.
    private static void Contest(World world, string name)
    {
        var product = PickSynced(world, name);
        for (var number = 1; number <= 4; number++)
        {
            var change = $"{name}/{number}";
            world.Timeline.At(world.Timeline.Now + (Contested * world.Luck.Fraction(change)), world.Luck.Hash(change), () =>
            {
                world.Sources.Change(known => known.ProductId == product.ProductId, known => known with { Available = world.Luck.Below($"{change}/quantity", 50) });
                world.Sources.SendLevel(product.InventoryItemId!.Value, $"{change}/level");
                world.Sources.SendBrightpearl(Text(product.ProductId!.Value), OnHand, $"{change}/on-hand");
            });
        }
    }

    private static void PlaceOrder(World world, string name)
    {
        var product = PickSynced(world, name);
        var location = world.Luck.Pick($"{name}/location", world.Locations.All);
        if (product.At(world.Sources.PlaceOf(location.Id)).Available is > 0 and var available)
        {
            world.Sources.Order(product, location, 1 + world.Luck.Below($"{name}/quantity", Math.Min(3, available)), name);
            world.Sources.SendShopify("orders/create", Encoding.UTF8.GetBytes($$"""{"id":{{world.Luck.Below($"{name}/order", 1_000_000)}}}"""), $"{name}/order");
        }
    }

    private static void EditAvailable(World world, string name)
    {
        var product = PickSynced(world, name);
        var place = world.Sources.PlaceOf(world.Luck.Pick($"{name}/location", world.Locations.All).Id);
        world.Sources.Change(known => known.ProductId == product.ProductId, known => known.With(place, known.At(place) with { Available = world.Luck.Below($"{name}/quantity", 50), Level = SandboxLevel.Active }));
        world.Sources.SendLevel(product.InventoryItemId!.Value, place.Id, name);
    }

    // Product 1008 exists only at Brightpearl, and 7777 nowhere.
    private static void SendUnknown(World world, string name)
    {
        switch (world.Luck.Below($"{name}/which", 3))
        {
            case 0:
                world.Sources.SendBrightpearl("1008", OnHand, name);
                break;
            case 1:
                world.Sources.SendBrightpearl("7777", OnHand, name);
                break;
            default:
                world.Sources.SendLevel(Sources.FirstItem + 7777, name);
                break;
        }
    }

    private static void SendLate(World world, string name)
    {
        if (world.Luck.Happens($"{name}/side", 0.5))
        {
            world.Sources.SendBrightpearl("205", OnHand, name);
        }
        else
        {
            world.Sources.SendLevel(Sources.FirstItem + 206, name);
        }
    }

    private static void Reveal(World world, string name)
    {
        var id = world.Luck.Happens($"{name}/which", 0.5) ? 205 : 206;
        world.Sources.Reveal(product => product.ProductId == id);
        if (world.Luck.Happens($"{name}/told", 0.5))
        {
            world.Sources.SendBrightpearl(Text(id), "product.created", name);
        }
    }

    private static void SendGarbage(World world, string name)
    {
        byte[] body = [0xff, 0x00, (byte)world.Luck.Below(name, 256), .. Encoding.UTF8.GetBytes("{\"id\": not json é \u2028")];
        if (world.Luck.Happens($"{name}/side", 0.5))
        {
            world.Sources.SendShopify("inventory_levels/update", body, name);
        }
        else
        {
            world.Sources.SendBrightpearl(body, name);
        }
    }

    private static void RepeatWebhook(World world, string name)
    {
        if (world.Sources.Webhooks.Count > 0)
        {
            world.Sources.Repeat(world.Luck.Pick(name, world.Sources.Webhooks));
        }
    }

    private static void ReplayFailed(World world, string name)
    {
        foreach (var id in world.Process?.EventsOf(EventStatus.Failed) ?? [])
        {
            world.Operators.Replay(id, force: false);
        }
    }

    // Most runs have few failures, so some jobs replay what has succeeded.
    private static void ReplayInBulk(World world, string name)
    {
        var status = world.Luck.Pick($"{name}/status", (EventStatus?[])[EventStatus.Failed, EventStatus.Succeeded, null]);
        world.Operators.ReplayInBulk(
            new ReplayFilter { Status = status, Function = status is null || world.Luck.Happens($"{name}/function", 0.7) ? FunctionNames.StockSync : null },
            force: status == EventStatus.Succeeded || world.Luck.Happens($"{name}/force", 0.3),
            ramp: world.Luck.Happens($"{name}/ramp", 0.6));
    }

    private static void Triage(World world, string name) => world.Operators.Triage(
        world.Luck.Pick($"{name}/state", [TriageState.Investigating, TriageState.Resolved, TriageState.Muted]),
        world.Luck.Pick($"{name}/resolve", [ResolutionKind.Now, ResolutionKind.Drained, ResolutionKind.NextBuild]));

    private static void Search(World world, string name)
    {
        var known = world.Witness.Acknowledged.Keys.Order().ToList();
        if (known.Count > 0)
        {
            world.Operators.Search(world.Luck.Pick(name, known));
        }
    }

    private static void OnEvent(World world, string name, Action<EventId> act)
    {
        var known = world.Witness.Arrived.Keys.Order().ToList();
        if (known.Count > 0)
        {
            act(world.Luck.Pick(name, known));
        }
    }

    // The clock jumps ahead and back, by minutes or by hours.
    private static void JumpClock(World world, string name)
    {
        var jump = TimeSpan.FromSeconds(world.Luck.Below(name, world.Luck.Happens($"{name}/far", 0.6) ? FarJump : NearJump));
        var error = world.Timeline.ClockError + (world.Luck.Happens($"{name}/forward", 0.5) ? jump : -jump);
        world.Timeline.ClockError = error < -MaxError ? -MaxError : error > MaxError ? MaxError : error;
        world.Process?.Work.Look();
    }

    private static SandboxProduct PickSynced(World world, string name) =>
        world.Luck.Pick(name, [.. world.Sources.Truth.Products.Where(product => product is { ProductId: not null, InventoryItemId: not null, IsAtShopify: true, IsAtBrightpearl: true })]);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A kind of step and its action; the name that the action gets decides the details.</summary>
internal sealed record PlanStep(int Number, TimeSpan At, string Kind, Action<World, string> Do) : SimulationStep(Number, At, Kind);
