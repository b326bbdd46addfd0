package dev.tollgate.platform;

import dev.tollgate.access.pg.Changes;
import dev.tollgate.access.pg.PgAdminTokens;
import dev.tollgate.access.pg.PgAuditLog;
import dev.tollgate.admin.RootToken;
import dev.tollgate.admin.privacy.EndUserHashes;
import dev.tollgate.limits.pg.PgBudgetUse;
import dev.tollgate.limits.pg.PgBudgets;
import dev.tollgate.limits.pg.PgDoubts;
import dev.tollgate.limits.pg.PgIncreases;
import dev.tollgate.limits.pg.PgLimits;
import dev.tollgate.limits.pg.PgReplicas;
import dev.tollgate.limits.pg.PgStops;
import dev.tollgate.limits.pg.PgTiers;
import dev.tollgate.limits.pg.PgTopUps;
import dev.tollgate.limits.pg.RuleFeed;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.privacy.pg.PgPrivacy;
import dev.tollgate.provider.Accounts;
import dev.tollgate.rating.pg.PgAccountingMonths;
import dev.tollgate.rating.pg.PgPrices;
import dev.tollgate.rating.pg.PgRerating;
import dev.tollgate.rating.pg.PriceFeed;
import dev.tollgate.reports.pg.PgEntries;
import dev.tollgate.reports.pg.PgExports;
import dev.tollgate.reports.pg.PgUsage;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.PricedCatalogue;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.pg.PgRoutes;
import dev.tollgate.routing.pg.RouteFeed;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.settings.pg.PgSettings;
import dev.tollgate.settings.pg.SettingsFeed;
import dev.tollgate.tenancy.Tenants;
import dev.tollgate.tenancy.pg.PgCallers;
import dev.tollgate.tenancy.pg.PgClients;
import dev.tollgate.tenancy.pg.PgKeys;
import dev.tollgate.tenancy.pg.PgOrganizations;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What both the gateway and administration need one of. */
final class Beans {
    @Produces
    @Singleton
    Tenants tenants() {
        return new Tenants();
    }

    @Produces
    @Singleton
    PgCallers callers(Pool pool, Tenants tenants, InstantSource clock) {
        return new PgCallers(pool, tenants, clock);
    }

    @Produces
    @Singleton
    PgKeys keys(Pool pool) {
        return new PgKeys(pool);
    }

    @Produces
    @Singleton
    PgClients clients(Pool pool, PgKeys keys) {
        return new PgClients(pool, keys);
    }

    @Produces
    @Singleton
    PgOrganizations organizations(Pool pool, PgClients clients, PgKeys keys) {
        return new PgOrganizations(pool, clients, keys);
    }

    @Produces
    @Singleton
    SettingsInForce settings() {
        return new SettingsInForce();
    }

    @Produces
    @Singleton
    PgSettings settingsStore(Pool pool) {
        return new PgSettings(pool);
    }

    @Produces
    @Singleton
    SettingsFeed settingsFeed(PgSettings store, SettingsInForce settings) {
        return new SettingsFeed(store, settings);
    }

    @Produces
    @Singleton
    RoutesInForce routes() {
        return new RoutesInForce();
    }

    @Produces
    @Singleton
    PgRoutes routeStore(Pool pool) {
        return new PgRoutes(pool);
    }

    @Produces
    @Singleton
    RouteFeed routeFeed(PgRoutes store, RoutesInForce routes) {
        return new RouteFeed(store, routes);
    }

    @Produces
    @Singleton
    AccountPlaces accountPlaces(Accounts accounts) {
        return new AccountPlaces(accounts, System::nanoTime);
    }

    @Produces
    @Singleton
    PricedCatalogue catalogue(PricesInForce prices, AccountPlaces places, RulesInForce rules, InstantSource clock) {
        return new PricedCatalogue(prices::book, places, () -> rules.book().tiers(), clock);
    }

    @Produces
    @Singleton
    PricesInForce prices() {
        return new PricesInForce();
    }

    @Produces
    @Singleton
    PgPrices priceStore(Pool pool) {
        return new PgPrices(pool);
    }

    @Produces
    @Singleton
    PgRerating rerating(Pool pool) {
        return new PgRerating(pool);
    }

    @Produces
    @Singleton
    PgAccountingMonths accountingMonths(Pool pool) {
        return new PgAccountingMonths(pool);
    }

    @Produces
    @Singleton
    PriceFeed priceFeed(PgPrices store, PricesInForce prices, InstantSource clock) {
        return new PriceFeed(store, prices, clock);
    }

    @Produces
    @Singleton
    PgUsage usage(Pool pool) {
        return new PgUsage(pool);
    }

    @Produces
    @Singleton
    PgEntries entries(Pool pool) {
        return new PgEntries(pool);
    }

    @Produces
    @Singleton
    PgExports exports(Pool pool) {
        return new PgExports(pool);
    }

    @Produces
    @Singleton
    RulesInForce rules(TollgateConfig config) {
        return new RulesInForce(BudgetConfig.hearing(config));
    }

    @Produces
    @Singleton
    RuleFeed ruleFeed(Pool pool, RulesInForce rules) {
        return new RuleFeed(pool, rules);
    }

    @Produces
    @Singleton
    PgBudgets budgets(Pool pool) {
        return new PgBudgets(pool);
    }

    @Produces
    @Singleton
    PgLimits limits(Pool pool) {
        return new PgLimits(pool);
    }

    @Produces
    @Singleton
    PgTiers tiers(Pool pool, PgBudgets budgets, PgLimits limits) {
        return new PgTiers(pool, budgets, limits);
    }

    @Produces
    @Singleton
    PgStops stops(Pool pool) {
        return new PgStops(pool);
    }

    @Produces
    @Singleton
    PgBudgetUse budgetUse(Pool pool) {
        return new PgBudgetUse(pool);
    }

    @Produces
    @Singleton
    PgIncreases increases(Pool pool) {
        return new PgIncreases(pool);
    }

    @Produces
    @Singleton
    PgTopUps topUps(Pool pool) {
        return new PgTopUps(pool);
    }

    @Produces
    @Singleton
    PgDoubts doubts(Pool pool) {
        return new PgDoubts(pool);
    }

    @Produces
    @Singleton
    PgReplicas replicas(Pool pool) {
        return new PgReplicas(pool);
    }

    @Produces
    @Singleton
    RootToken rootToken() {
        return new RootToken();
    }

    @Produces
    @Singleton
    PgAdminTokens adminTokens(Pool pool) {
        return new PgAdminTokens(pool);
    }

    @Produces
    @Singleton
    PgAuditLog auditLog(Pool pool) {
        return new PgAuditLog(pool);
    }

    @Produces
    @Singleton
    PgPrivacy privacy(Pool pool) {
        return new PgPrivacy(pool);
    }

    @Produces
    @Singleton
    EndUserHashes endUserHashes() {
        return new EndUserHashes();
    }

    @Produces
    @Singleton
    Changes changes(Pool pool) {
        return new Changes(pool);
    }

    @Produces
    @Singleton
    RandomGenerator random() {
        return new SecureRandom();
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }
}
